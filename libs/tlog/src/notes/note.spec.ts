import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { concatBytes, parseBase64, parseUtf8, toBase64, utf8 } from '@enlace/kernel';
import { aNoteSigner, flipBits, nodeTlogCrypto as crypto, refusalOf } from '@enlace/testing';

import { NoteMalformed, NoteSignature, NoteUnsigned, VkeyMalformed } from '../tlog-error.js';
import { cosign, formatCheckpoint } from './checkpoint.js';
import { formatNote, NOTE_LIMITS, openNote, signNote, splitNote } from './note.js';
import { formatSkey, formatVkey, isSameKey, newVerifierKey, parseSkey, parseVkey } from './vkey.js';

const signer = aNoteSigner('log.example/1', { seedByte: 1 });
const other = aNoteSigner('log.example/1', { seedByte: 2 });
const witness = aNoteSigner('witness.example', { type: 'cosignature', seedByte: 3 });
const text = formatCheckpoint({ origin: 'log.example/1', size: 5, root: new Uint8Array(32) });
const note = signNote(text, signer);
const lineOf = (bytes: Uint8Array): string => parseUtf8(bytes).split('\n').at(-2) ?? '';
const line = lineOf(note);
const cosignature = cosign(text, 1_800_000_000, witness);

describe('a signed note', () => {
  it('opens for its key and gives back text, line and time', () => {
    const both = formatNote(text, [line, cosignature]);
    const opened = openNote(crypto, both, [signer.key, witness.key]);
    expect(opened.text).toBe(text);
    expect(opened.signatures).toEqual([
      { key: signer.key, line, timeSeconds: null },
      { key: witness.key, line: cosignature, timeSeconds: 1_800_000_000 },
    ]);
  });

  it('may hold signatures of unknown keys, of the same name or the same id', () => {
    const sameName = lineOf(signNote(text, other));
    const foreign = `\u2014 someone.else ${toBase64(new Uint8Array(2424))}`;
    const opened = openNote(crypto, formatNote(text, [foreign, sameName, line]), [signer.key]);
    expect(opened.signatures.map((signature) => signature.line)).toEqual([line]);
    const sameId = line.replace('log.example/1', 'log.example/2');
    expect(
      openNote(crypto, formatNote(text, [sameId, line]), [signer.key]).signatures,
    ).toHaveLength(1);
  });

  it('is refused when no known key signed it', () => {
    expect(() => openNote(crypto, note, [other.key])).toThrow(NoteUnsigned);
    expect(() => openNote(crypto, note, [])).toThrow(NoteUnsigned);
  });

  it('is refused whole when one known key did not make its line, wherever the line stands', () => {
    const forged = lineOf(signNote('another text\n', signer));
    const forgedTime = cosign(text, 1_800_000_001, witness).slice(0, 40) + cosignature.slice(40);
    const keys = [signer.key, witness.key];
    for (const lines of [
      [forged, line],
      [line, forged],
      [line, forgedTime],
      [forged, cosignature],
    ]) {
      expect(() => openNote(crypto, formatNote(text, lines), keys)).toThrow(NoteSignature);
    }
  });

  it('counts a key once, by its first line', () => {
    const later = cosign(text, 1_800_000_009, witness);
    const lines = [cosignature, later, cosignature];
    const { signatures } = openNote(crypto, formatNote(text, lines), [witness.key]);
    expect(signatures.map(({ timeSeconds }) => timeSeconds)).toEqual([1_800_000_000]);
  });

  it('never takes a signature of one kind for another', () => {
    const asLog = newVerifierKey(crypto, { ...witness.key, type: 'ed25519' });
    expect(() => openNote(crypto, formatNote(text, [cosignature]), [asLog])).toThrow(NoteUnsigned);
    const blob = parseBase64(cosignature.split(' ')[2] ?? '');
    const id = parseBase64(lineOf(signNote(text, { ...signer, key: asLog })).split(' ')[2] ?? '');
    const mixed = toBase64(concatBytes(id.subarray(0, 4), blob.subarray(4)));
    const swapped = `\u2014 ${asLog.name} ${mixed}`;
    expect(() => openNote(crypto, formatNote(text, [swapped]), [asLog])).toThrow(NoteSignature);
    expect(() => signNote(text, witness)).toThrow(VkeyMalformed);
    expect(() => cosign(text, 1, signer)).toThrow(VkeyMalformed);
  });

  it('is refused at every changed bit, or stands without the signature that was changed', () => {
    const both = formatNote(text, [line, cosignature]);
    const refusals = flipBits(both).map((changed) =>
      refusalOf(() => {
        const { signatures } = openNote(crypto, changed, [signer.key, witness.key]);
        // A changed name or key id makes a line of an unknown key.
        if (signatures.length < 2) throw new NoteUnsigned('one signature alone');
      }),
    );
    expect(refusals).not.toContain('accepted');
  });

  it('splits at its last blank line and keeps the others', () => {
    const poem = 'first\n\nsecond\n\n\nthird\n';
    expect(openNote(crypto, signNote(poem, signer), [signer.key]).text).toBe(poem);
    const smuggled = concatBytes(note, utf8('\nappended\n'));
    expect(() => openNote(crypto, smuggled, [signer.key])).toThrow(NoteMalformed);
  });

  it.each([
    ['nothing', ''],
    ['a text without signatures', 'text\n'],
    ['a blank line and nothing after it', 'text\n\n'],
    ['no newline at its end', `text\n\n${line}`],
    ['no blank line', `text\n${line}\n`],
    ['a carriage return', `text\r\n\n${line}\n`],
    ['a tab', `te\txt\n\n${line}\n`],
    ['a NUL', `te\0xt\n\n${line}\n`],
    ['a hyphen for the dash', `text\n\n${line.replace('\u2014', '-')}\n`],
    ['two spaces', `text\n\n${line.replace(' ', '  ')}\n`],
    ['a space at the end of the line', `text\n\n${line} \n`],
    ['an empty name', `text\n\n\u2014  AAAAAAA=\n`],
    ['a plus sign in the name', `text\n\n\u2014 a+b AAAAAAA=\n`],
    ['a no-break space in the name', `text\n\n\u2014 a\u00a0b AAAAAAA=\n`],
    ['a key id alone', `text\n\n\u2014 a AAAAAA==\n`],
    ['base64 without padding', `text\n\n\u2014 a AAAAAAA\n`],
    ['base64 with stray bits', `text\n\n\u2014 a AAAAAAB=\n`],
    ['one malformed line among good ones', `text\n\n${line}\nx\n`],
    ['65 signatures', `text\n\n${`${line}\n`.repeat(65)}`],
  ])('never has %s', (_, whole) => {
    expect(() => openNote(crypto, utf8(whole), [signer.key])).toThrow(NoteMalformed);
  });

  it('is bounded: 64 lines and 256 KiB, and not one byte more', () => {
    expect(splitNote(utf8(`text\n\n${`${line}\n`.repeat(64)}`)).signatures).toHaveLength(64);
    const [full, over] = [0, 1].map((more) => {
      const filler = 'x'.repeat(NOTE_LIMITS.bytes - line.length - 2 - 3 + more);
      return utf8(`${filler}\n\n${line}\n`);
    });
    expect(full).toHaveLength(NOTE_LIMITS.bytes);
    expect(splitNote(full ?? utf8('')).signatures).toHaveLength(1);
    expect(() => splitNote(over ?? utf8(''))).toThrow(NoteMalformed);
  });

  it('is UTF-8, and keeps a byte order mark', () => {
    const broken = concatBytes(Uint8Array.of(0xc3), note);
    expect(() => openNote(crypto, broken, [signer.key])).toThrow(NoteMalformed);
    const marked = signNote('\ufeffmarked\n', signer);
    expect(openNote(crypto, marked, [signer.key]).text).toBe('\ufeffmarked\n');
    const stripped = marked.subarray(3);
    expect(() => openNote(crypto, stripped, [signer.key])).toThrow(NoteSignature);
  });

  it('is not made of a text that would come back another', () => {
    for (const bad of ['', 'no newline', 'a\rb\n', 'lone \ud800\n']) {
      expect(() => signNote(bad, signer)).toThrow(NoteMalformed);
    }
    expect(() => formatNote(text, [])).toThrow(NoteMalformed);
    expect(() => formatNote(text, [`${line}\n\n${line}`])).toThrow(NoteMalformed);
  });

  it('comes back for every text, and junk throws nothing but a TlogError', () => {
    const unit = fc.constantFrom('a', ' ', '\n', '\u2014', '\u2014 log.example/1 ', line, '+', 'é');
    fc.assert(
      fc.property(fc.string({ unit }), (content) => {
        const whole = `${content}\n`;
        expect(openNote(crypto, signNote(whole, signer), [signer.key]).text).toBe(whole);
        const refusal = refusalOf(() => openNote(crypto, utf8(content), [signer.key]));
        expect(refusal).toMatch(/^(accepted|tlog\.note-.*)$/);
      }),
    );
  });
});

describe('a verifier key', () => {
  it('comes back, with both types', () => {
    for (const { key } of [signer, witness]) {
      expect(parseVkey(crypto, formatVkey(key))).toEqual(key);
    }
    const relabelled = newVerifierKey(crypto, { ...signer.key, type: 'cosignature' });
    expect(relabelled.keyId).not.toBe(signer.key.keyId);
    expect(isSameKey(relabelled, signer.key)).toBe(false);
  });

  it('is refused at every changed bit', () => {
    const refusals = flipBits(utf8(formatVkey(signer.key))).map((changed) =>
      refusalOf(() => parseVkey(crypto, Buffer.from(changed).toString('latin1'))),
    );
    expect(new Set(refusals)).toEqual(new Set(['tlog.vkey-malformed']));
  });

  it.each([
    '',
    'name',
    'name+530d903a',
    'name+530d903a+',
    `+530d903a+${toBase64(new Uint8Array(33).fill(1))}`,
    `na me+530d903a+${toBase64(new Uint8Array(33).fill(1))}`,
    `name+530D903A+${toBase64(new Uint8Array(33).fill(1))}`,
    `name+530d903a+${toBase64(Uint8Array.of(1, 2, 3))}`,
    `name+530d903a+${toBase64(new Uint8Array(33).fill(6))}`,
    `name+530d903a+${toBase64(new Uint8Array(34).fill(1))}`,
    `name+00000000+${toBase64(new Uint8Array(33).fill(1))}`,
    `${'n'.repeat(1024)}+530d903a+${toBase64(new Uint8Array(33).fill(1))}`,
  ])('is never %j', (vkey) => {
    expect(() => parseVkey(crypto, vkey)).toThrow(VkeyMalformed);
  });

  it('has a name and 32 bytes', () => {
    expect(() => newVerifierKey(crypto, { ...signer.key, name: 'a b' })).toThrow(VkeyMalformed);
    const publicKey = new Uint8Array(31);
    expect(() => newVerifierKey(crypto, { ...signer.key, publicKey })).toThrow(VkeyMalformed);
  });

  it('is not given twice under one name and id', () => {
    const colliding = { ...other.key, keyId: signer.key.keyId } as typeof signer.key;
    expect(() => openNote(crypto, note, [signer.key, colliding])).toThrow(VkeyMalformed);
    expect(openNote(crypto, note, [signer.key, signer.key]).signatures).toHaveLength(1);
  });
});

describe('a stored signing key', () => {
  const seed = new Uint8Array(32).fill(1);

  it('comes back with the public key that its seed has', () => {
    const stored = formatSkey({ key: signer.key, seed });
    expect(parseSkey(crypto, stored)).toEqual({ key: signer.key, seed });
    expect(() => parseSkey(crypto, stored.slice(1))).toThrow(VkeyMalformed);
    expect(() => parseSkey(crypto, formatVkey(signer.key))).toThrow(VkeyMalformed);
    const wrong = formatSkey({ key: signer.key, seed: new Uint8Array(32) });
    expect(() => parseSkey(crypto, wrong)).toThrow(VkeyMalformed);
  });
});
