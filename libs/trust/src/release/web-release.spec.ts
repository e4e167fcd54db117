import { describe, expect, it } from '@jest/globals';

import { parseUtf8, utf8 } from '@enlace/kernel';
import { aNoteSigner, nodeTlogCrypto as crypto, refusalOf } from '@enlace/testing';
import { formatNote, formatVkey, signNote } from '@enlace/tlog';

import {
  findReleaseKey,
  readWebRelease,
  releaseIdOf,
  signWebRelease,
  verifyWebRelease,
  type WebRelease,
} from './web-release.js';

const keys = [1, 2, 3].map((seedByte) => aNoteSigner(`release.example/${seedByte}`, { seedByte }));
const [one, two, three] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
const stranger = aNoteSigner('release.example/1', { seedByte: 9 });
const manifestHash = new Uint8Array(32).fill(0xab);
const release: WebRelease = {
  deployment: 'enlace.example',
  issuedAt: '2027-03-01T12:00:00.000Z',
  releaseId: releaseIdOf('0.1.0', manifestHash),
  manifestHash,
};
const trust = {
  deployment: 'enlace.example',
  releases: { threshold: 2, vkeys: keys.map(({ key }) => formatVkey(key)) },
};
const judged = (note: Uint8Array, by: Parameters<typeof verifyWebRelease>[2] = trust) =>
  refusalOf(() => verifyWebRelease(crypto, note, by));
const signed = signWebRelease(signWebRelease(release, one), two);

describe('a release of the browser client', () => {
  it('counts when as many keys of the trust store signed as it asks for', () => {
    const verified = verifyWebRelease(crypto, signed, trust);
    expect(verified).toMatchObject({ ...release, signers: [one.key.name, two.key.name] });
    expect(verifyWebRelease(crypto, signWebRelease(signed, three), trust).signers).toHaveLength(3);
  });

  it('is not worth more for a second line of one key, or for a line of a stranger', () => {
    const alone = signWebRelease(release, one);
    expect(judged(alone)).toBe('too-few-signatures');
    expect(refusalOf(() => signWebRelease(alone, one))).toBe('signed-already');
    const { text, line } = linesOf(alone);
    expect(judged(formatNote(text, [line, line]))).toBe('too-few-signatures');
    expect(judged(signWebRelease(alone, stranger))).toBe('too-few-signatures');
    expect(judged(signWebRelease(release, stranger))).toBe('tlog.note-unsigned');
  });

  it('is refused whole when a known key did not make its line', () => {
    const other = signWebRelease({ ...release, deployment: 'other.example' }, two);
    const forged = formatNote(linesOf(signed).text, [linesOf(signed).line, linesOf(other).line]);
    expect(judged(forged)).toBe('tlog.note-signature');
  });

  it('changes hands by notes that the old holders signed and the new ones as well', () => {
    const [four, five] = [4, 5].map((seedByte) =>
      aNoteSigner(`release.example/${seedByte}`, { seedByte }),
    );
    if (four === undefined || five === undefined) throw new Error('two holders');
    const after = {
      ...trust,
      releases: { threshold: 2, vkeys: [two, four, five].map(({ key }) => formatVkey(key)) },
    };
    const byNew = signWebRelease(signWebRelease(release, four), five);
    const byBoth = signWebRelease(signWebRelease(signed, four), five);
    // Who has left counts for nothing, one who stayed is one; whoever knows the old store believes no new holder.
    expect(judged(signed, after)).toBe('too-few-signatures');
    expect(judged(byNew)).toBe('tlog.note-unsigned');
    expect(verifyWebRelease(crypto, byNew, after).manifestHash).toEqual(manifestHash);
    for (const store of [trust, after]) {
      expect(verifyWebRelease(crypto, byBoth, store).manifestHash).toEqual(manifestHash);
    }
  });

  it('is none of another deployment, and none where nobody may release', () => {
    expect(judged(signed, { ...trust, deployment: 'other.example' })).toBe('other-deployment');
    expect(judged(signed, { deployment: 'enlace.example' })).toBe('no-release-keys');
    const witness = aNoteSigner('w.example', { type: 'cosignature', seedByte: 4 });
    const releases = { threshold: 1, vkeys: [formatVkey(witness.key)] };
    expect(judged(signed, { ...trust, releases })).toBe('key-type');
  });

  it('has one form: four lines, and the id that its hash gives it', () => {
    const [first, deployment, at, id, hash] = linesOf(signed).text.split('\n');
    const refusedText = (...lines: readonly (string | undefined)[]) =>
      refusalOf(() => readWebRelease(signNote(`${lines.join('\n')}\n`, one)));
    expect(refusedText(first, deployment, at, id, hash)).toBe('accepted');
    expect(refusedText('enlace/web-release/v2', deployment, at, id, hash)).toBe('form');
    expect(refusedText(first, '', at, id, hash)).toBe('form');
    expect(refusedText(first, deployment, at, id, hash?.toUpperCase())).toBe('form');
    expect(refusedText(first, deployment, at, id, hash, 'more')).toBe('form');
    expect(refusedText(first, deployment, '1 March 2027', id, hash)).toBe('time');
    expect(refusedText(first, deployment, at, '0.1.0+000000000000', hash)).toBe('release-id');
    expect(refusedText(first, deployment, at, `-0+${hash?.slice(0, 12)}`, hash)).toBe('release-id');
    expect(refusalOf(() => readWebRelease(utf8('no note')))).toBe('tlog.note-malformed');
  });

  it('is signed by a key that the trust store names', () => {
    expect(findReleaseKey(crypto, trust, two.key.publicKey)).toEqual(two.key);
    expect(findReleaseKey(crypto, trust, stranger.key.publicKey)).toBeNull();
    expect(findReleaseKey(crypto, {}, two.key.publicKey)).toBeNull();
  });
});

function linesOf(note: Uint8Array): { text: string; line: string } {
  const [text = '', lines = ''] = parseUtf8(note).split('\n\n');
  return { text: `${text}\n`, line: lines.trimEnd().split('\n').at(-1) ?? '' };
}
