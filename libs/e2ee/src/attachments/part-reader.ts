/** Bytes in any parts. A part is not changed after it was given. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Takes bytes in; the next ones come when it has resolved. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** Reads a source in parts of a chosen length, and never further ahead than the part that was asked for. */
export class PartReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: ByteSource) {
    this.#parts = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; fewer at the end of the source alone. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#rest.length === 0) this.#rest = (await this.#next()) ?? this.#rest;
    if (this.#rest.length >= length) return this.#cut(length);
    const whole = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
        if (next === null) break;
        this.#rest = next;
      }
      const part = this.#cut(Math.min(length - filled, this.#rest.length));
      whole.set(part, filled);
      filled += part.length;
    }
    return whole.subarray(0, filled);
  }

  /** Lets go of the source, whether it has ended or not. */
  async close(): Promise<void> {
    await this.#parts.return?.();
  }

  #cut(length: number): Uint8Array {
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return part;
  }

  async #next(): Promise<Uint8Array | null> {
    const { done, value } = await this.#parts.next();
    return done === true ? null : value;
  }
}
