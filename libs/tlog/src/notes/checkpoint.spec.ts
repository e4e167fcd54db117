import { describe, expect, it } from '@jest/globals';

import { concatBytes, parseUtf8, toBase64, utf8 } from '@enlace/kernel';
import { aNoteSigner, flipBits, nodeTlogCrypto as crypto, refusalOf } from '@enlace/testing';

import {
  CheckpointMalformed,
  EmptyTree,
  HashLength,
  NoteSignature,
  NoteUnsigned,
  OriginMismatch,
  QuorumUnmet,
  SizeOutOfRange,
  VkeyMalformed,
} from '../tlog-error.js';
import { emptyRoot } from '../tree/hash.js';
import {
  cosign,
  formatCheckpoint,
  formatVerifiedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.js';
import { signNote } from './note.js';

const origin = 'audit.enlace.example/2026';
const log = aNoteSigner(origin, { seedByte: 1 });
const witness = aNoteSigner('witness.example.mx/enlace', { type: 'cosignature', seedByte: 2 });
const root = new Uint8Array(32).fill(7);
const text = formatCheckpoint({ origin, size: 1_204_331, root });
const note = signNote(text, log);
const line = cosign(text, 1_767_225_600, witness);
const cosigned = concatBytes(note, utf8(`${line}\n`));
const keys = { origin, logKeys: [log.key], witnessKeys: [witness.key] };
const signed = (content: string): Uint8Array => signNote(content, log);

describe('a checkpoint', () => {
  it('opens with the signatures of its log and its witnesses', () => {
    const opened = openCheckpoint(crypto, cosigned, keys);
    expect(opened).toMatchObject({ origin, size: 1_204_331, root, text });
    expect(opened.cosignatures).toEqual([{ key: witness.key, line, timeSeconds: 1_767_225_600 }]);
    expect(formatVerifiedCheckpoint(opened)).toEqual(cosigned);
  });

  it('is kept without what nobody verified', () => {
    const stranger = `\u2014 stranger ${toBase64(new Uint8Array(68))}\n`;
    const opened = openCheckpoint(crypto, concatBytes(cosigned, utf8(stranger)), keys);
    expect(formatVerifiedCheckpoint(opened)).toEqual(cosigned);
  });

  it('of a log that did not sign is refused, whoever cosigned', () => {
    const lines = parseUtf8(cosigned).split('\n');
    const witnessesOnly = utf8(lines.toSpliced(4, 1).join('\n'));
    expect(() => openCheckpoint(crypto, witnessesOnly, keys)).toThrow(NoteUnsigned);
  });

  it('of another log is refused', () => {
    const elsewhere = signed(formatCheckpoint({ origin: `${origin}-2`, size: 1, root }));
    expect(() => openCheckpoint(crypto, elsewhere, keys)).toThrow(OriginMismatch);
  });

  it('is refused at every changed bit of text and log signature', () => {
    const refusals = flipBits(note).map((changed) =>
      refusalOf(() => openCheckpoint(crypto, changed, keys)),
    );
    expect(refusals).not.toContain('accepted');
  });

  it('with a changed bit in a cosignature is refused, or stands without that witness', () => {
    const refusals = flipBits(cosigned.subarray(note.length)).map((changed) =>
      refusalOf(() => {
        const { cosignatures } = openCheckpoint(crypto, concatBytes(note, changed), keys);
        if (cosignatures.length === 0) throw new QuorumUnmet('stands without its witness');
      }),
    );
    expect(refusals).not.toContain('accepted');
  });

  it('takes log keys named as the origin and witness keys of their own type', () => {
    const logKeys = [aNoteSigner('audit.enlace.example/2025').key];
    expect(() => openCheckpoint(crypto, note, { origin, logKeys })).toThrow(VkeyMalformed);
    expect(() => openCheckpoint(crypto, note, { origin, logKeys: [witness.key] })).toThrow(
      VkeyMalformed,
    );
    const witnessKeys = [log.key];
    expect(() => openCheckpoint(crypto, note, { ...keys, witnessKeys })).toThrow(VkeyMalformed);
  });

  it.each([
    ['two lines', `${origin}\n5\n`],
    ['an empty origin', `\n5\n${toBase64(root)}\n`],
    ['a leading zero', `${origin}\n05\n${toBase64(root)}\n`],
    ['a sign', `${origin}\n+5\n${toBase64(root)}\n`],
    ['a size of 2^53', `${origin}\n9007199254740992\n${toBase64(root)}\n`],
    ['other digits', `${origin}\n٥\n${toBase64(root)}\n`],
    ['a short root', `${origin}\n5\n${toBase64(root.subarray(1))}\n`],
    ['a root without padding', `${origin}\n5\n${toBase64(root).slice(0, -1)}\n`],
    ['an empty extension line', `${origin}\n5\n${toBase64(root)}\n\n`],
    ['an extension line', `${origin}\n5\n${toBase64(root)}\nextension\n`],
  ])('never has %s, even signed', (_, content) => {
    expect(() => openCheckpoint(crypto, signed(content), keys)).toThrow(CheckpointMalformed);
  });

  it('of the empty tree has the empty root', () => {
    const empty = signed(formatCheckpoint({ origin, size: 0, root: emptyRoot() }));
    expect(openCheckpoint(crypto, empty, keys).size).toBe(0);
    expect(() => openCheckpoint(crypto, signed(`${origin}\n0\n${toBase64(root)}\n`), keys)).toThrow(
      EmptyTree,
    );
    expect(() => formatCheckpoint({ origin, size: 0, root })).toThrow(EmptyTree);
  });

  it('may be read before its keys are known, extension lines included', () => {
    expect(parseCheckpoint(`${text}one\ntwo\n`)).toEqual({
      origin,
      size: 1_204_331,
      root,
      extensions: ['one', 'two'],
    });
    for (const broken of [text.slice(0, -1), `${text}\n`, text.replace('\n', '\r\n')]) {
      expect(() => parseCheckpoint(broken)).toThrow(CheckpointMalformed);
    }
  });

  it('is not made of what it could not say', () => {
    expect(() => formatCheckpoint({ origin, size: -1, root })).toThrow(SizeOutOfRange);
    expect(() => formatCheckpoint({ origin, size: 1, root: new Uint8Array(31) })).toThrow(
      HashLength,
    );
    expect(() => formatCheckpoint({ origin: '', size: 1, root })).toThrow(CheckpointMalformed);
    expect(() => formatCheckpoint({ origin: 'a\nb', size: 1, root })).toThrow(CheckpointMalformed);
  });
});

describe('a cosignature', () => {
  it('has a time above zero and below 2^53', () => {
    for (const time of [0, -1, 1.5, 2 ** 53])
      expect(() => cosign(text, time, witness)).toThrow(RangeError);
    for (const time of [0n, 2n ** 53n, 2n ** 64n - 1n]) {
      const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
      const stamp = new Uint8Array(8);
      new DataView(stamp.buffer).setBigUint64(0, time);
      const id = Buffer.from(witness.key.keyId, 'hex');
      const made = toBase64(concatBytes(id, stamp, witness.sign(message)));
      const planted = concatBytes(note, utf8(`\u2014 ${witness.key.name} ${made}\n`));
      expect(() => openCheckpoint(crypto, planted, keys)).toThrow(NoteSignature);
    }
    const id = Buffer.from(witness.key.keyId, 'hex');
    const short = `\u2014 ${witness.key.name} ${toBase64(concatBytes(id, new Uint8Array(7)))}\n`;
    expect(() => openCheckpoint(crypto, concatBytes(note, utf8(short)), keys)).toThrow(
      NoteSignature,
    );
  });

  it('is made for a checkpoint and nothing else', () => {
    expect(() => cosign('any text\n', 1, witness)).toThrow(CheckpointMalformed);
  });
});
