import { Readable } from 'node:stream';

import type { AttachmentStore, Stretch } from './attachment-store.js';
import type { S3Bucket } from './s3-bucket.js';

/** So that parts are listed in the order of their offsets. */
const OFFSET_DIGITS = 13;

/** A part of a file, and where it begins in it, in bytes. */
interface StoredPart {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Files in a bucket of an S3-compatible store. Each part is an object of its own, `<key>/<offset>`: S3 has no object
 * that grows, and the parts of its own uploads are larger than ours. One that was written and never confirmed is
 * written over by the next one at its offset, so what is read is what was confirmed. A store answers when it has a part
 * for good; sealing changes nothing, because the database lets nobody write to a file that is complete.
 */
export class S3Store implements AttachmentStore {
  constructor(private readonly bucket: S3Bucket) {}

  /** A bucket does not say how much room it has: writing tells. */
  async assertRoom(): Promise<void> {}

  async write(key: string, offset: number, bytes: Uint8Array): Promise<void> {
    await this.bucket.put(`${key}/${String(offset).padStart(OFFSET_DIGITS, '0')}`, bytes);
  }

  async seal(): Promise<void> {}

  async read(key: string, stretch: Stretch): Promise<Readable> {
    const [first, ...others] = await this.#covering(key, stretch);
    if (first === undefined) return Readable.from([]);
    const begun = await this.#open(first, stretch);
    const bytes = Readable.from(this.#follow(begun, others, stretch), { objectMode: false });
    // Whoever turns away before the first byte leaves a connection behind otherwise.
    return bytes.once('close', () => begun.destroy());
  }

  async remove(key: string): Promise<void> {
    for await (const { name } of this.bucket.list(`${key}/`)) await this.bucket.delete(name);
  }

  keys(): AsyncIterable<string> {
    return this.bucket.folders();
  }

  async changedAtMs(key: string): Promise<number | null> {
    let newest: number | null = null;
    for await (const part of this.bucket.list(`${key}/`)) {
      newest = Math.max(newest ?? 0, part.changedAtMs);
    }
    return newest;
  }

  /** The parts that hold the stretch, one after the other and without a gap. */
  async #covering(key: string, { from, to }: Stretch): Promise<readonly StoredPart[]> {
    const prefix = `${key}/`;
    const found: StoredPart[] = [];
    let end = from;
    for await (const { name, length } of this.bucket.list(prefix)) {
      const offset = Number(name.slice(prefix.length));
      if (offset + length <= end) continue;
      if (offset > end || offset >= to) break;
      found.push({ name, offset, length });
      end = offset + length;
    }
    if (end < to) throw new Error(`the store lacks bytes of an object from ${end} on`);
    return found;
  }

  async *#follow(
    begun: Readable,
    others: readonly StoredPart[],
    stretch: Stretch,
  ): AsyncGenerator<Uint8Array> {
    yield* begun;
    for (const part of others) yield* await this.#open(part, stretch);
  }

  async #open({ name, offset, length }: StoredPart, { from, to }: Stretch): Promise<Readable> {
    const of = { from: Math.max(from - offset, 0), to: Math.min(to - offset, length) };
    return this.bucket.get(name, of);
  }
}
