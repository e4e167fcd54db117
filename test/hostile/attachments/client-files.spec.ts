import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { ATTACHMENT_FORMAT, attachmentLength } from '@enlace/contracts';
import { flipBit } from '@enlace/testing';
import { concatBytes, systemRandom, type ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../support/threads/client-stage.js';
import { fileOf, MemoryTarget } from '../../support/threads/memory-files.js';

const { headBytes, chunkBytes, sealedChunkBytes } = ATTACHMENT_FORMAT;
const BYTES = 3 * chunkBytes + 1_234;
const handling = { code: 'EN1' } as const;

/** A server that gives something else than the file, whatever it has to say for it. */
describe('a file of a server that lies (T15)', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;
  let file: Sent;
  let other: Sent;

  interface Sent {
    readonly threadId: ThreadId;
    readonly seq: number;
    readonly bytes: Uint8Array;
    readonly sealed: Buffer;
  }

  /** Sent by Rosa, with what the server keeps of it. */
  async function sent(thread: ThreadId, size = BYTES): Promise<Sent> {
    const bytes = systemRandom.bytes(size);
    const message = { files: [fileOf(`${thread} ${size}`, bytes)], text: 'prueba', handling };
    const { seq } = await rosa.files.attach(thread, message);
    const parts: Buffer[] = [];
    stage.liar.lieInOctets = ({ octets }) => {
      parts.push(octets);
      return octets;
    };
    const target = new MemoryTarget();
    const place = { purpose: null, targetFor: async () => target };
    await rosa.files.save(thread, { seq }, place);
    stage.honestly();
    expect(target.saved).toEqual(bytes);
    return { threadId: thread, seq, bytes, sealed: Buffer.concat(parts) };
  }

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
    file = await sent(threadId);
    other = await sent(threadId);
  });

  afterAll(async () => {
    await stage.close();
  });

  afterEach(() => stage.honestly());

  /** What Omar gets when the server says that this is the file. */
  async function given(lie: (sealed: Buffer) => Buffer): Promise<MemoryTarget> {
    const target = new MemoryTarget();
    const served = lie(file.sealed);
    stage.liar.lieInOctets = ({ url, octets }) => (url.endsWith('/content') ? served : octets);
    const place = { purpose: null, targetFor: async () => target };
    await omar.files.save(threadId, { seq: file.seq }, place);
    return target;
  }

  const chunk = (bytes: Uint8Array, at: number): Uint8Array =>
    bytes.subarray(headBytes + at * sealedChunkBytes, headBytes + (at + 1) * sealedChunkBytes);

  it.each<readonly [name: string, rule: string, lie: (sealed: Buffer) => Buffer]>([
    ['another file of the thread', 'head', () => other.sealed],
    [
      'another file under the head of this one',
      'chunk',
      (sealed) =>
        Buffer.from(concatBytes(sealed.subarray(0, headBytes), other.sealed.subarray(headBytes))),
    ],
    [
      'a bit of the first chunk',
      'chunk',
      (sealed) => Buffer.from(flipBit(sealed, headBytes * 8 + 9)),
    ],
    ['the last bit', 'chunk', (sealed) => Buffer.from(flipBit(sealed, sealed.length * 8 - 1))],
    ['a bit of the head', 'head', (sealed) => Buffer.from(flipBit(sealed, 9))],
    ['a bit of its stream header', 'commitment', (sealed) => Buffer.from(flipBit(sealed, 30 * 8))],
    [
      'its chunks in another order',
      'chunk',
      (sealed) =>
        Buffer.from(
          concatBytes(
            sealed.subarray(0, headBytes),
            chunk(sealed, 1),
            chunk(sealed, 0),
            chunk(sealed, 2),
            chunk(sealed, 3),
          ),
        ),
    ],
    [
      'the last chunk before its time',
      'chunk',
      (sealed) =>
        Buffer.from(
          concatBytes(
            sealed.subarray(0, headBytes + 2 * sealedChunkBytes),
            chunk(sealed, 3),
            chunk(sealed, 3),
          ),
        ),
    ],
  ])('is refused: %s', async (_, rule, lie) => {
    const target = new MemoryTarget();
    await expect(given(lie)).rejects.toThrow(
      expect.objectContaining({ code: 'attachment.refused', facts: { rule } }),
    );
    expect(target.saved).toBeNull();
    // Nothing of the lie is gone on with, and the record hears of it.
    expect([...omar.spool.files.keys()]).toEqual([]);
    expect(omar.stated.at(-1)).toMatchObject({
      type: 'attachment.integrity-failed',
      stage: rule,
    });
    stage.honestly();
    expect((await given((sealed) => sealed)).saved).toEqual(file.bytes);
  });

  it('that is cut short is never whole, and is fetched on when the rest comes', async () => {
    const half = headBytes + 2 * sealedChunkBytes;
    const told = omar.stated.length;
    stage.liar.lieInOctets = ({ octets }) => octets.subarray(0, 0);
    const target = new MemoryTarget();
    const place = { purpose: null, targetFor: async () => target };
    const empty = omar.files.save(threadId, { seq: file.seq }, place);
    await expect(empty).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
    let asked = 0;
    stage.liar.lieInOctets = ({ octets }) => {
      asked += 1;
      return octets.subarray(0, asked === 1 ? half : 0);
    };
    const cut = omar.files.save(threadId, { seq: file.seq }, place);
    await expect(cut).rejects.toThrow(expect.objectContaining({ code: 'client.answer-malformed' }));
    expect(target).toMatchObject({ saved: null, written: 0 });
    expect([...omar.spool.files.values()].map(({ length }) => length)).toEqual([half]);
    const rest: number[] = [];
    stage.liar.lieInOctets = ({ octets }) => {
      rest.push(octets.length);
      return octets;
    };
    await omar.files.save(threadId, { seq: file.seq }, place);
    expect(target.saved).toEqual(file.bytes);
    expect(rest).toEqual([attachmentLength(BYTES) - half]);
    expect(omar.stated).toHaveLength(told);
  });

  it('that goes on for ever fills no disk', async () => {
    const endless = given((sealed) => Buffer.concat([sealed, sealed]));
    await expect(endless).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
    expect([...omar.spool.files.keys()]).toEqual([]);
  });

  it('is refused as the same file of another thread, sealed for it by the same hand', async () => {
    const elsewhere = await stage.opened(rosa);
    const twin = await sent(elsewhere);
    await expect(given(() => twin.sealed)).rejects.toThrow(
      expect.objectContaining({ code: 'attachment.refused', facts: { rule: 'head' } }),
    );
    const moved = Buffer.concat([file.sealed.subarray(0, 24), twin.sealed.subarray(24)]);
    await expect(given(() => moved)).rejects.toThrow(
      expect.objectContaining({ code: 'attachment.refused', facts: { rule: 'commitment' } }),
    );
  });

  it('is not sent into nothing: a server that says to have it all is asked to name it', async () => {
    const bytes = systemRandom.bytes(BYTES);
    const files = [fileOf('perdido', bytes)];
    const { liar } = stage;
    // Each part is taken with thanks and thrown away; so is the end of the upload.
    liar.answer = ({ method, url }) => (method === 'PUT' || url.endsWith('/complete') ? 204 : null);
    const lost = rosa.files.attach(threadId, { files, text: 'perdido', handling });
    await expect(lost).rejects.toThrow(expect.objectContaining({ code: 'file.stuck' }));
    liar.answer = () => null;
    expect(await rosa.files.resume(threadId)).toBe(1);
    const { entries } = await omar.threads.read(threadId);
    const { seq = 0 } = entries.at(-1) ?? {};
    const target = new MemoryTarget();
    const place = { purpose: null, targetFor: async () => target };
    await omar.files.save(threadId, { seq }, place);
    expect(target.saved).toEqual(bytes);
  });

  it('is closed to whoever was removed, also with the ticket from before', async () => {
    const thread = await stage.opened(rosa);
    await letIn(thread, { by: rosa, who: omar });
    const before = await sent(thread);
    await omar.threads.read(thread);
    await rosa.threads.remove(thread, omar.own.personId);
    const after = await sent(thread);
    for (const { seq } of [before, after]) {
      const target = new MemoryTarget();
      const place = { purpose: 'investigation' as const, targetFor: async () => target };
      await expect(omar.files.save(thread, { seq }, place)).rejects.toThrow(
        expect.objectContaining({ code: 'thread.not-found' }),
      );
      expect(target.saved).toBeNull();
    }
  });
});
