import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import type { PersonId } from '@enlace/kernel';

/** A handling code inside a content. */
export interface InnerHandling {
  readonly code: Handling;
  readonly recipients?: readonly PersonId[];
}

/** The number of a code in the header of an entry. */
export function handlingNumber(code: Handling): number {
  return HANDLING_CODES.indexOf(code);
}

/** The code of a number in a header, which the decoder of headers has checked. */
export function handlingOf(number: number): Handling {
  const code = HANDLING_CODES[number];
  if (code === undefined) throw new RangeError('no handling code has this number');
  return code;
}

function stricterOf(...codes: readonly Handling[]): Handling {
  return handlingOf(Math.max(0, ...codes.map(handlingNumber)));
}

/** What holds for an entry, and whether its two copies agree (protocol.md, section 6.2). */
export interface EffectiveHandling {
  readonly code: Handling;
  /** Alert `HANDLING_MISMATCH`: shown with a mark, under the stricter code. */
  readonly isMismatch: boolean;
}

/**
 * The stricter of the copy outside, the copy inside and the floor of the thread. The copies also disagree when an entry
 * for named recipients names others than the persons who were in the thread, open invitees included; `persons` is
 * `null` where a reader does not know them.
 */
export function effectiveHandling(
  inner: InnerHandling,
  {
    outer,
    floor,
    persons,
  }: {
    readonly outer: Handling;
    readonly floor: Handling;
    readonly persons: ReadonlySet<PersonId> | null;
  },
): EffectiveHandling {
  const named = inner.recipients ?? [];
  const isNamed =
    inner.code !== 'EN3' ||
    persons === null ||
    (named.length === persons.size && named.every((id) => persons.has(id)));
  return {
    code: stricterOf(outer, inner.code, floor),
    isMismatch: outer !== inner.code || !isNamed,
  };
}

/** Whether an epoch with entries of these codes may be given as history: none of them is for named recipients. */
export function isGrantable(codes: readonly Handling[]): boolean {
  return !codes.includes('EN3');
}
