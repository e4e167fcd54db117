/** A copy of bytes in a buffer of its own, as an answer to the page carries it. */
export function transferable(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
