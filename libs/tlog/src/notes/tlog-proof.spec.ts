import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { concatBytes, parseUtf8, toBase64, utf8 } from '@enlace/kernel';
import {
  aNoteSigner,
  flipBits,
  NaiveTree,
  nodeTlogCrypto as crypto,
  refusalOf,
} from '@enlace/testing';

import { NoteUnsigned, ProofMalformed, QuorumUnmet, RootMismatch } from '../tlog-error.js';
import { hashLeaf } from '../tree/hash.js';
import { cosign, formatCheckpoint } from './checkpoint.js';
import { signNote } from './note.js';
import { parsePolicy } from './policy-file.js';
import { formatProof, parseProof, verifyProof } from './tlog-proof.js';
import { formatVkey } from './vkey.js';

const tree = new NaiveTree(Array.from({ length: 11 }, (_, index) => utf8(`entry ${index}`)));
const log = aNoteSigner('log.example');
const witness = aNoteSigner('witness.example', { type: 'cosignature', seedByte: 2 });
const policy = parsePolicy(
  crypto,
  utf8(`log ${formatVkey(log.key)}\nwitness w ${formatVkey(witness.key)}\nquorum w\n`),
);
const text = formatCheckpoint({ origin: 'log.example', size: 11, root: tree.root() });
const checkpoint = concatBytes(signNote(text, log), utf8(`${cosign(text, 1, witness)}\n`));
const index = 6;
const leafHash = hashLeaf(crypto, utf8('entry 6'));
const content = { index, proof: tree.inclusionProof(index), checkpoint, extra: null };
const file = formatProof(content);

describe('a proof file', () => {
  it('proves its leaf under the policy', () => {
    const proven = verifyProof(crypto, file, { leafHash, policy });
    expect(proven.inclusion).toEqual({ leafHash, index, size: 11, root: tree.root() });
    expect(proven.judged.meetsQuorum).toBe(true);
    const elsewhere = { leafHash: hashLeaf(crypto, utf8('entry 7')), policy };
    expect(() => verifyProof(crypto, file, elsewhere)).toThrow(RootMismatch);
  });

  it('proves inclusion also below the quorum, and says so', () => {
    const unwitnessed = formatProof({ ...content, checkpoint: signNote(text, log) });
    const proven = verifyProof(crypto, unwitnessed, { leafHash, policy });
    expect(proven.judged.meetsQuorum).toBe(false);
    const foreign = signNote(text, aNoteSigner('log.example', { seedByte: 9 }));
    const unsigned = formatProof({ ...content, checkpoint: foreign });
    expect(() => verifyProof(crypto, unsigned, { leafHash, policy })).toThrow(NoteUnsigned);
  });

  it('comes back with and without extra data, whatever its hashes', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const extra = fc.option(fc.uint8Array({ minLength: 1, maxLength: 90 }));
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(hash, { maxLength: 63 }), extra, (at, proof, data) => {
        const written = { index: at, proof, checkpoint, extra: data };
        expect(parseProof(formatProof(written))).toEqual(written);
      }),
    );
  });

  it('is refused at every changed bit, or proves without its witness', () => {
    const refusals = flipBits(file).map((changed) =>
      refusalOf(() => {
        const { judged } = verifyProof(crypto, changed, { leafHash, policy });
        if (!judged.meetsQuorum) throw new QuorumUnmet('proves without its witness');
      }),
    );
    expect(refusals).not.toContain('accepted');
    const signedEnd = file.length - utf8(`${cosign(text, 1, witness)}\n`).length;
    expect(refusals.slice(0, signedEnd * 8)).not.toContain('tlog.quorum-unmet');
  });

  const lines = parseUtf8(file).split('\n');
  const [first = '', indexLine = '', ...rest] = lines;
  const hash = toBase64(leafHash);

  it.each<[string, readonly string[]]>([
    ['another version', ['c2sp.org/tlog-proof@v2', indexLine, ...rest]],
    ['no index', [first, ...rest]],
    ['a leading zero', [first, 'index 06', ...rest]],
    ['an index of 2^53', [first, 'index 9007199254740992', ...rest]],
    ['two spaces', [first, 'index  6', ...rest]],
    ['empty extra data', [first, 'extra ', indexLine, ...rest]],
    ['extra data that is no base64', [first, 'extra ?', indexLine, ...rest]],
    ['extra data after the index', [first, indexLine, 'extra AA==', ...rest]],
    ['extra data twice', [first, 'extra AA==', 'extra AA==', indexLine, ...rest]],
    ['a short hash', [first, indexLine, 'AA==', ...rest]],
    ['a hash with stray bits', [first, indexLine, `${hash.slice(0, -2)}B=`, ...rest]],
    ['64 hashes', [first, indexLine, ...Array.from({ length: 64 }, () => hash), '', text]],
    ['no checkpoint', [first, indexLine, '']],
  ])('never has %s', (_, broken) => {
    expect(() => parseProof(utf8(broken.join('\n')))).toThrow(ProofMalformed);
  });

  it('is bounded, and junk throws nothing but a TlogError', () => {
    expect(() => parseProof(new Uint8Array(360_449))).toThrow(ProofMalformed);
    const unit = fc.constantFrom(first, indexLine, hash, '\n', '\n\n', 'extra ', text, ' ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (junk) => {
        const refusal = refusalOf(() => verifyProof(crypto, utf8(junk), { leafHash, policy }));
        expect(refusal).toMatch(/^tlog\./);
      }),
    );
  });
});
