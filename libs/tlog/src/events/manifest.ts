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
 * Count and root of a State's manifest: the RFC 6962 root over `u64 index || leaf hash`, rows in index order. An
 * auditor computes it again from the events they can read. Throws `tlog.index-out-of-range` when indices do not
 * ascend.
 */
export function manifestHead(hasher: Hasher, rows: Iterable<ManifestRow>): TreeHead {
  const builder = new RootBuilder(hasher);
  let last = -1;
  for (const { index, leafHash } of rows) {
    assertSize(index);
    assertHash(leafHash);
    if (index <= last) throw new IndexOutOfRange('the rows of a manifest do not ascend');
    last = index;
    builder.push(hashLeaf(hasher, concatBytes(u64be(index), leafHash)));
  }
  return { size: builder.size, root: builder.root() };
}
