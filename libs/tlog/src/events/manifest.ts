import { concatBytes, u64be } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { IndexOutOfRange } from '../tlog-error.js';
import { assertHash, assertSize, hashLeaf, type TreeHead } from '../tree/hash.js';
import { RootBuilder } from '../tree/root-builder.js';

/** One leaf that concerns a State: where it stands, and its hash. */
export interface ManifestRow {
  readonly index: number;
  readonly leafHash: Uint8Array;
}

/**
 * Count and root of a State's manifest, over rows that pass by once: the RFC 6962 root over `u64 index || leaf hash`,
 * rows in index order. An auditor computes it again from the events they can read.
 */
export class ManifestBuilder {
  readonly #rows: RootBuilder;
  #last = -1;

  constructor(private readonly hasher: Hasher) {
    this.#rows = new RootBuilder(hasher);
  }

  /** Throws `tlog.index-out-of-range` when indices do not ascend. */
  push({ index, leafHash }: ManifestRow): void {
    assertSize(index);
    assertHash(leafHash);
    if (index <= this.#last) throw new IndexOutOfRange('the rows of a manifest do not ascend');
    this.#last = index;
    this.#rows.push(hashLeaf(this.hasher, concatBytes(u64be(index), leafHash)));
  }

  /** May be asked after every row. */
  head(): TreeHead {
    return { size: this.#rows.size, root: this.#rows.root() };
  }
}

/** As `ManifestBuilder`, of rows that are all there. */
export function manifestHead(hasher: Hasher, rows: Iterable<ManifestRow>): TreeHead {
  const builder = new ManifestBuilder(hasher);
  for (const row of rows) builder.push(row);
  return builder.head();
}
