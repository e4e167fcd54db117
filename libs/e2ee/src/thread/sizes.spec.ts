import { describe, expect, it, beforeAll } from '@jest/globals';
import { ATTACHMENT_FORMAT } from '@enlace/contracts';
import {
  formatInstant,
  newId,
  parseId,
  systemClock,
  systemRandom,
  type AttachmentId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { ThreadLab, type LabClient } from '@enlace/testing';
import fc from 'fast-check';

import { sealAttachment } from '../attachments/seal-attachment.js';
import type { Content } from '../content/content.js';
import { cryptoReady } from '../sodium.js';

/** What an entry is longer than its padded content. */
const OVERHEAD = 304;
const BUCKETS = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768];
const SIZES = new Set(BUCKETS.map((bucket) => OVERHEAD + bucket));
const { chunkBytes, headBytes, sealedChunkBytes } = ATTACHMENT_FORMAT;

let lab: ThreadLab;
let rosa: LabClient;
beforeAll(async () => {
  await cryptoReady();
  ({ lab, rosa } = await ThreadLab.ofTwo('sizes'));
});

/** How long the entry is in which a content leaves the device. */
function sizeOf(content: Content<'message'>): number {
  const entryId = newId<EntryId>(systemClock, systemRandom);
  lab.send(rosa, { entryId, kind: 'message', content });
  const entry = lab.log.pop()?.entry;
  if (!(entry instanceof Uint8Array)) throw new TypeError('no entry');
  return entry.length;
}

const titled = (title: string) =>
  ({
    v: 1,
    type: 'thread.meta',
    title,
    handling: { code: 'EN1' },
    sentAt: formatInstant(lab.nowMs),
  }) as const;

async function sealedLength(size: number): Promise<number> {
  let length = 0;
  const sealing = {
    attachmentId: newId<AttachmentId>(systemClock, systemRandom),
    threadId: parseId<ThreadId>(lab.threadId),
    random: systemRandom,
  };
  async function* file() {
    if (size > 0) yield new Uint8Array(size);
    await Promise.resolve();
  }
  await sealAttachment(file(), async (part) => void (length += part.length), sealing);
  return length;
}

describe('D28: what a server measures', () => {
  it('of texts of any length and content is one of eight sizes', () => {
    const text = fc.string({ minLength: 1, maxLength: 9_000, unit: 'binary', size: 'max' });
    const seen = new Set<number>();
    fc.assert(
      fc.property(text, (said) => {
        // A text that is refused has no size.
        if (said.trim() === '' || said.includes('\0')) return;
        const written = said.replaceAll(/\p{C}/gu, 'x').normalize('NFC').trim();
        if (written === '' || Buffer.byteLength(written) > 16_000) return;
        seen.add(sizeOf(lab.text(written)));
      }),
    );
    expect([...seen].filter((size) => !SIZES.has(size))).toEqual([]);
    expect(seen.size).toBeGreaterThan(2);
  });

  it('of titles of the same class is the same', () => {
    const sizes = Array.from({ length: 100 }, (_, at) => sizeOf(titled('t'.repeat(at + 1))));
    expect(new Set(sizes)).toEqual(new Set([OVERHEAD + 256]));
  });

  it('of files is whole chunks, whatever is in the last one', async () => {
    for (const chunks of [1, 2, 3]) {
      for (const size of [
        (chunks - 1) * chunkBytes + 1,
        chunks * chunkBytes - 7,
        chunks * chunkBytes,
      ]) {
        expect(await sealedLength(size)).toBe(headBytes + chunks * sealedChunkBytes);
      }
    }
    expect(await sealedLength(0)).toBe(headBytes + sealedChunkBytes);
  });
});
