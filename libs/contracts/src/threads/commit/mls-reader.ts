import { ByteReader } from '@enlace/kernel';

import { CommitRefused } from './commit-refused.js';

/** The bytes end too early, go on after the end, or a number is written in another way than the one. */
class WireRefused extends CommitRefused {
  constructor() {
    super('wire');
  }
}

/** Reads the presentation language of RFC 9420: fixed numbers, and vectors whose length is of variable size. */
export class MlsReader {
  private readonly reader: ByteReader;

  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes, WireRefused);
  }

  u8(): number {
    return this.reader.u8();
  }

  u16(): number {
    return this.reader.u16();
  }

  u32(): number {
    return this.reader.u32();
  }

  u64(): number {
    return this.reader.u64();
  }

  /** `opaque<V>`: RFC 9420, section 2.1.2. Only the shortest spelling of a length is one. */
  vector(): Uint8Array {
    return this.reader.take(this.length());
  }

  /** The items of a vector, which they fill to its last byte; more than `most` are refused. */
  items<Item>(most: number, read: (reader: MlsReader) => Item): readonly Item[] {
    const inside = new MlsReader(this.vector());
    const items: Item[] = [];
    while (!inside.reader.isAtEnd()) {
      if (items.length === most) throw new CommitRefused('too-many');
      items.push(read(inside));
    }
    return items;
  }

  end(): void {
    this.reader.end();
  }

  private length(): number {
    const first = this.reader.u8();
    const rest = first & 0x3f;
    switch (first >> 6) {
      case 0:
        return rest;
      case 1:
        return shortest(rest * 0x100 + this.reader.u8(), 0x40);
      case 2:
        return shortest(
          rest * 0x1_00_00_00 + this.reader.u8() * 0x1_00_00 + this.reader.u16(),
          0x4000,
        );
      default:
        throw new WireRefused();
    }
  }
}

function shortest(length: number, least: number): number {
  if (length < least) throw new WireRefused();
  return length;
}
