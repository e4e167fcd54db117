import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ATTACHMENT_FORMAT } from '@enlace/contracts';
import {
  cryptoReady,
  openAttachment,
  sealAttachment,
  type AttachmentReference,
  type Content,
} from '@enlace/e2ee';
import {
  concatBytes,
  formatInstant,
  isDomainError,
  newId,
  systemClock,
  systemRandom,
  type AttachmentId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { flipBit, SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';

const { chunkBytes, headBytes, sealedChunkBytes } = ATTACHMENT_FORMAT;
const SIZE = 3 * chunkBytes - 7;

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let file: Uint8Array;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('files'));
  file = systemRandom.bytes(SIZE);
});

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 30_000) yield bytes.subarray(at, at + 30_000);
}

/** A file as its author hands it in, and says of it in a message. */
async function sealed(bytes: Uint8Array, threadId: ThreadId = lab.threadId) {
  const parts: Uint8Array[] = [];
  const attachmentId = newId<AttachmentId>(systemClock, systemRandom);
  const reference = await sealAttachment(inParts(bytes), async (part) => void parts.push(part), {
    attachmentId,
    threadId,
    random: systemRandom,
  });
  const named = { ...reference, name: 'acta.pdf', mediaType: 'application/pdf' };
  return { octets: concatBytes(...parts), reference: named };
}

/** Rosa's message with the file, as Omar has verified and opened it. */
async function told(reference: AttachmentReference): Promise<AttachmentReference> {
  const content: Content<'message'> = {
    v: 1,
    type: 'text',
    text: 'va el acta',
    attachments: [reference],
    handling: { code: 'EN1' },
    sentAt: formatInstant(lab.nowMs),
  };
  lab.send(rosa, { entryId: lab.id<EntryId>(), kind: 'message', content });
  await lab.readAll();
  const effect = [...omar.shown.values()].at(-1);
  if (effect?.kind !== 'content' || effect.content.type !== 'text') throw new Error('no text');
  const [found] = effect.content.attachments ?? [];
  if (found === undefined) throw new Error('no file');
  return found;
}

/** The rule that refuses it, or "whole"; and whether what was written before is the true beginning, or nothing. */
async function opened(octets: Uint8Array, reference: AttachmentReference, at = lab.threadId) {
  const parts: Uint8Array[] = [];
  const sink = async (part: Uint8Array) => void parts.push(part);
  const rule = await openAttachment(inParts(octets), sink, { reference, threadId: at }).then(
    () => 'whole',
    (error: unknown) => {
      if (!isDomainError(error, 'attachment.refused')) throw error;
      return String(error.facts['rule']);
    },
  );
  const bytes = concatBytes(...parts);
  return { rule, isTrue: Buffer.compare(bytes, file.subarray(0, bytes.length)) === 0 };
}

const chunk = (octets: Uint8Array, at: number): Uint8Array =>
  octets.subarray(headBytes + at * sealedChunkBytes, headBytes + (at + 1) * sealedChunkBytes);

describe('T12: a file that a server hands out in another way than it was handed in', () => {
  it('is whole when nothing was changed', async () => {
    const { octets, reference } = await sealed(file);
    expect(await opened(octets, await told(reference))).toEqual({ rule: 'whole', isTrue: true });
  });

  it.each<[string, (octets: Uint8Array) => Uint8Array]>([
    ['a bit of its head', (octets) => flipBit(octets, 8 * 5)],
    ['a bit of its first chunk', (octets) => flipBit(octets, 8 * (headBytes + 9))],
    ['a bit of its last byte', (octets) => flipBit(octets, 8 * octets.length - 1)],
    ['two chunks that changed places', (octets) => laid(octets, [1, 0, 2])],
    ['a chunk twice', (octets) => laid(octets, [0, 0, 2])],
    ['a chunk less', (octets) => laid(octets, [0, 2])],
    ['its end cut off at a chunk', (octets) => laid(octets, [0, 1])],
    ['its end cut off in a chunk', (octets) => octets.subarray(0, -1)],
    ['its head alone', (octets) => octets.subarray(0, headBytes)],
    ['nothing', () => new Uint8Array()],
    ['its last chunk again behind it', (octets) => laid(octets, [0, 1, 2, 2])],
    ['a byte behind it', (octets) => concatBytes(octets, Uint8Array.of(0))],
  ])('is refused with %s, and is never taken for whole', async (_, change) => {
    const { octets, reference } = await sealed(file);
    const { rule, isTrue } = await opened(change(octets), await told(reference));
    expect(rule).not.toBe('whole');
    expect(isTrue).toBe(true);
  });

  it('is refused in place of another file of the same thread and size', async () => {
    const [one, other] = [await sealed(file), await sealed(systemRandom.bytes(SIZE))];
    const reference = await told(one.reference);
    expect(await opened(other.octets, reference)).toEqual({ rule: 'head', isTrue: true });
    const mixed = concatBytes(
      one.octets.subarray(0, headBytes),
      chunk(one.octets, 0),
      chunk(other.octets, 1),
      chunk(one.octets, 2),
    );
    expect(await opened(mixed, reference)).toEqual({ rule: 'chunk', isTrue: true });
  });
});

describe('T12: a member who names the file of somebody else', () => {
  it('in another thread names nothing that opens there', async () => {
    const { octets, reference } = await sealed(file);
    const found = await told(reference);
    const other = new ThreadLab(new SeededRandom('another thread'));
    expect(await opened(octets, found, other.threadId)).toEqual({
      rule: 'commitment',
      isTrue: true,
    });
  });

  it.each<[string, (reference: AttachmentReference) => AttachmentReference, string]>([
    [
      'another id',
      (one) => ({ ...one, attachmentId: '01900000-0000-7000-8000-0000000000a1' }),
      'head',
    ],
    ['another key', (one) => ({ ...one, key: 'A'.repeat(43) }), 'commitment'],
    ['a size within the same chunks', (one) => ({ ...one, size: one.size - 1 }), 'commitment'],
    ['fewer chunks', (one) => ({ ...one, chunks: 2 }), 'reference'],
    ['another hash of the text', (one) => ({ ...one, sha256: 'A'.repeat(43) }), 'hash'],
    [
      'another hash of the sealed bytes',
      (one) => ({ ...one, ciphertextSha256: 'A'.repeat(43) }),
      'hash',
    ],
  ])('under %s has nothing taken for whole', async (_, change, rule) => {
    const { octets, reference } = await sealed(file);
    const found = await opened(octets, await told(change(reference)));
    expect(found).toEqual({ rule, isTrue: true });
  });
});

function laid(octets: Uint8Array, order: readonly number[]): Uint8Array {
  return concatBytes(octets.subarray(0, headBytes), ...order.map((at) => chunk(octets, at)));
}
