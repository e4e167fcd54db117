import { attachmentLength } from '@enlace/contracts';
import { systemRandom } from '@enlace/kernel';

/** Bytes of the length that a sealed file of so many chunks has. To a server they are one. */
export function sealedBytes(chunks: number): Uint8Array {
  return systemRandom.bytes(attachmentLength(chunks * 65_536));
}
