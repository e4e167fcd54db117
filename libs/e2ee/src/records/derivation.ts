import { concatBytes, idBytes, u32be, type ThreadId } from '@enlace/kernel';

import type { RecordId } from '../content/record-body.js';
import { sodium } from '../sodium.js';

/** What a shared record was made from. The salt stays where the source is. */
export interface RecordSource {
  readonly threadId: ThreadId;
  readonly recordId: RecordId;
  readonly version: number;
  readonly projectionHash: Uint8Array;
}

/**
 * Binds a shared record to its source without telling which that is: HMAC-SHA-256 under a salt of 32 bytes
 * (protocol.md,
 * section 8.4). Whoever has the salt can prove it later.
 */
export function derivationCommitment(
  salt: Uint8Array,
  { threadId, recordId, version, projectionHash }: RecordSource,
): Uint8Array<ArrayBuffer> {
  const source = [idBytes(threadId), idBytes(recordId), u32be(version), projectionHash];
  return Uint8Array.from(sodium.crypto_auth_hmacsha256(concatBytes(...source), salt));
}
