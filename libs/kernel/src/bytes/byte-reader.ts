import { formatIdBytes, type Branded } from '../ids.js';
import { MalformedInput } from '../malformed-input.js';

/** What a reader throws: an error class of the format that is read. */
export type MalformedClass = new (message: string) => Error;

/**
 * Reads a fixed layout from its start to its end: big-endian unsigned numbers, fixed fields, lengths before variable
 * ones. Throws the given error for everything that cannot be, a byte too many among it; never reads beyond the end, and
 * allocates nothing by a claimed length.
 */
// Attacker-controlled: every byte. Parts are views of the input, not copies.
export class ByteReader {
  private offset = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly malformed: MalformedClass = MalformedInput,
  ) {}

  take(length: number): Uint8Array {
    const end = this.offset + length;
    if (end > this.bytes.length) throw new this.malformed('it ends too early');
    const part = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return part;
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  u16(): number {
    return view(this.take(2)).getUint16(0);
  }

  u32(): number {
    return view(this.take(4)).getUint32(0);
  }

  /** A safe integer; a larger number is refused. */
  u64(): number {
    const value = Number(view(this.take(8)).getBigUint64(0));
    if (!Number.isSafeInteger(value)) throw new this.malformed('a number is not below 2^53');
    return value;
  }

  /** A u32 length, at most `limit`, and that many bytes. */
  variable(limit: number): Uint8Array {
    const length = this.u32();
    if (length > limit) throw new this.malformed('a part is too long');
    return this.take(length);
  }

  /** 16 bytes of a UUID (RFC 9562). */
  id<Id extends Branded<string, string>>(): Id {
    const id = formatIdBytes<Id>(this.take(16));
    if (id === null) throw new this.malformed('not a UUID');
    return id;
  }

  /** Bytes that are reserved and must be zero. */
  zeros(length: number): void {
    if (this.take(length).some((byte) => byte !== 0)) {
      throw new this.malformed('a reserved field is not zero');
    }
  }

  isAtEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  /** Nothing may follow. */
  end(): void {
    if (!this.isAtEnd()) throw new this.malformed('bytes follow its end');
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
