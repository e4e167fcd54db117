import type { Fault } from '../tlog-error.js';

/** A u64 of a fixed layout, big-endian, that is a safe integer. */
export function readU64(bytes: Uint8Array, offset: number, fault: Fault): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = Number(view.getBigUint64(offset));
  if (!Number.isSafeInteger(value)) throw new fault('a number is not below 2^53');
  return value;
}
