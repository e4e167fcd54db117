import { sha256, toHex } from '@enlace/kernel';

import { transferable } from '../transferable.js';

/** A file that was made here, as the page offers it. */
export function madeFile(name: string, bytes: Uint8Array) {
  return { name, sha256: toHex(sha256(bytes)), bytes: transferable(bytes) };
}
