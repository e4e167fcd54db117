import { sha256, u64be, concatBytes, utf8, type Random } from '@enlace/kernel';

/** Randomness that a test can have again: SHA-256 over the seed and a counter. Never outside tests. */
export class SeededRandom implements Random {
  private counter = 0;

  constructor(private readonly seed: string) {}

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      this.counter += 1;
      const block = sha256(concatBytes(utf8(this.seed), u64be(this.counter)));
      bytes.set(block.subarray(0, Math.min(32, length - at)), at);
    }
    return bytes;
  }

  /** 0 to `below` - 1. */
  number(below: number): number {
    const bytes = this.bytes(4);
    return new DataView(bytes.buffer).getUint32(0) % below;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.number(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }
}
