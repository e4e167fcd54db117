import { decodeClearBody, isSealedKind, type Entry } from '@enlace/contracts';

/** The blobs that entries name, without judging them. Throws `entry.malformed`. */
export function namedBlobs(entries: readonly Entry[]): readonly Uint8Array[] {
  return entries.flatMap(({ header: { kind }, body }) => {
    if (isSealedKind(kind)) return [];
    const { messageHash, grantHash, packageHash } = decodeClearBody(kind, body);
    return [messageHash, grantHash, packageHash].filter((hash) => hash !== undefined);
  });
}
