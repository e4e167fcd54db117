/** A copy with one bit changed. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const changed = Uint8Array.from(bytes);
  changed[Math.floor(bit / 8)] = (changed[Math.floor(bit / 8)] ?? 0) ^ (1 << (bit % 8));
  return changed;
}

/** Copies of the bytes, each with another single bit changed: the least that an adversary on the way could do. */
export function flipBits(bytes: Uint8Array): readonly Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => flipBit(bytes, bit));
}
