import { describe, expect, it } from '@jest/globals';
import { parseUtf8, toHex } from '@enlace/kernel';
import { aNoteSigner } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';
import { releaseIdOf, signWebRelease } from '@enlace/trust';

import { verifyNote, type Pin } from './release-note.js';

const holders = [1, 2, 3].map((seedByte) =>
  aNoteSigner(`release.example/${seedByte}`, { seedByte }),
);
const [one, two, three] = holders as [
  (typeof holders)[0],
  (typeof holders)[0],
  (typeof holders)[0],
];
const stranger = aNoteSigner('release.example/1', { seedByte: 9 });
const manifestHash = new Uint8Array(32).fill(0xab);
const release = {
  deployment: 'enlace.example',
  issuedAt: '2027-03-01T12:00:00.000Z',
  releaseId: releaseIdOf('0.1.0', manifestHash),
  manifestHash,
};
const pin: Pin = {
  deployment: 'enlace.example',
  threshold: 2,
  vkeys: holders.map(({ key }) => formatVkey(key)),
};
const alone = signWebRelease(release, one);
const signed = parseUtf8(signWebRelease(alone, two));

async function ruleOf(note: string, by: Pin = pin): Promise<string> {
  const refused: unknown = await verifyNote(note, by).catch((error: unknown) => error);
  return String(Reflect.get(Object(refused), 'rule'));
}

describe('the note of a release, as a browser reads it', () => {
  it('counts when as many pinned keys signed as must', async () => {
    const { releaseId, issuedAt } = release;
    const read = { releaseId, issuedAt, manifestHash: toHex(manifestHash) };
    expect(await verifyNote(signed, pin)).toEqual(read);
    const byAll = parseUtf8(signWebRelease(signWebRelease(alone, two), three));
    expect(await verifyNote(byAll, pin)).toEqual(read);
  });

  it('is worth no more for a second line of one key, or for a line of a stranger', async () => {
    const note = parseUtf8(alone);
    const line = note.split('\n').at(-2) ?? '';
    expect(await ruleOf(note)).toBe('too-few-signatures');
    expect(await ruleOf(`${note}${line}\n`)).toBe('too-few-signatures');
    expect(await ruleOf(parseUtf8(signWebRelease(alone, stranger)))).toBe('too-few-signatures');
    const twice = { ...pin, vkeys: [...pin.vkeys, ...pin.vkeys] };
    expect(await ruleOf(note, twice)).toBe('too-few-signatures');
  });

  it('is refused whole when a pinned key did not make its line', async () => {
    const other = parseUtf8(
      signWebRelease({ ...release, issuedAt: '2027-03-02T12:00:00.000Z' }, two),
    );
    const forged = `${parseUtf8(alone)}${other.split('\n').at(-2) ?? ''}\n`;
    expect(await ruleOf(forged)).toBe('signature');
  });

  it.each([
    ['another deployment', signed, 'other-deployment', { deployment: 'other.example' }],
    ['a changed text', signed.replace('0.1.0+', '0.1.1+'), 'signature', {}],
    ['no lines', signed.split('\n\n')[0] ?? '', 'form', {}],
    ['a signature that is no base64', signed.replace(/(\/1 ).+/, '$1!!'), 'form', {}],
    ['a key of another kind', signed, 'key', { vkeys: ['w+00000000+BAAA'] }],
    ['nothing', '', 'form', {}],
  ])('is none with %s', async (...[, note, rule, otherwise]) => {
    expect(await ruleOf(note, { ...pin, ...otherwise })).toBe(rule);
  });
});
