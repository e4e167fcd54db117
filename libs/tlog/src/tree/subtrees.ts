/** The leaves from `start` to before `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** Hashes that a proof can hold at most: one per level of a tree of 2^63 leaves (C2SP tlog-proof, tlog-witness). */
export const PROOF_HASHES_LIMIT = 63;

/**
 * The ranges whose hashes prove the leaf, sibling of the leaf first: PATH(index, D[size]) of RFC 6962, section 2.1.1.
 */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.toReversed();
}

/** The ranges whose hashes prove growth: PROOF(size1, D[size2]) of RFC 6962, section 2.1.2, for 0 < size1 <= size2. */
export function consistencyRanges(size1: number, size2: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size2];
  while (end !== size1) {
    const middle = start + splitPoint(end - start);
    if (size1 <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // A whole old tree on the left edge is the old root, which the verifier has.
  if (start > 0) ranges.push({ start, end });
  return ranges.toReversed();
}

/** On which side of the way up a hash of a proof stands. */
export type Side = 'left' | 'right';

/**
 * The sides of a proof's hashes, lowest first, on the way from a subtree up to the root: `position` of `last + 1`
 * subtrees of its height. It fixes the length of the proof (RFC 9162, sections 2.1.3.2 and 2.1.4.2: a subtree on the
 * right edge climbs without sibling until it is a right child).
 */
export function siblingSides(position: number, last: number): readonly Side[] {
  const sides: Side[] = [];
  let [at, edge] = [position, last];
  while (edge > 0) {
    const isRightChild = at % 2 === 1;
    if (isRightChild || at !== edge) sides.push(isRightChild ? 'left' : 'right');
    [at, edge] = [Math.floor(at / 2), Math.floor(edge / 2)];
  }
  return sides;
}

/** The perfect subtrees that a range of RFC 6962's splitting consists of, largest first. */
export function perfectSubtrees({ start, end }: LeafRange): readonly LeafRange[] {
  const subtrees: LeafRange[] = [];
  let from = start;
  while (from < end) {
    const width = splitPoint(end - from + 1);
    subtrees.push({ start: from, end: from + width });
    from += width;
  }
  return subtrees;
}

/** The largest power of two smaller than the count (RFC 6962, section 2.1). Multiplies: shifting would end at 2^31. */
function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
