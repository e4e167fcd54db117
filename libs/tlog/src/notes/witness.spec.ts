import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { concatBytes, parseUtf8, toBase64, utf8 } from '@enlace/kernel';
import { aNoteSigner, flipBits, NaiveTree, nodeTlogCrypto as crypto } from '@enlace/testing';

import { VkeyMalformed, WitnessRequestMalformed } from '../tlog-error.js';
import type { TreeHead } from '../tree/hash.js';
import { formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
import { formatCheckpoint, openCheckpoint } from './checkpoint.js';
import { signNote } from './note.js';
import { witnessStep, type WitnessAnswer } from './witness-step.js';

const origin = 'log.example';
const log = aNoteSigner(origin);
const signer = aNoteSigner('witness.example', { type: 'cosignature', seedByte: 2 });
const tree = new NaiveTree(Array.from({ length: 20 }, (_, index) => utf8(`entry ${index}`)));
const headOf = (size: number): TreeHead => ({ size, root: tree.root(size) });
const checkpointOf = (head: TreeHead): Uint8Array =>
  signNote(formatCheckpoint({ origin, ...head }), log);
const step = (latest: TreeHead | null, body: Uint8Array): WitnessAnswer =>
  witnessStep(
    crypto,
    { logs: new Map([[origin, { keys: [log.key], latest }]]), signer, timeSeconds: 1_800_000_000 },
    body,
  );
const growth = (oldSize: number, size: number): Uint8Array =>
  formatAddCheckpoint({
    oldSize,
    proof: oldSize === 0 ? [] : tree.consistencyProof(oldSize, size),
    checkpoint: checkpointOf(headOf(size)),
  });

describe('a witness', () => {
  it('cosigns a log that grows, from nothing on', () => {
    let latest: TreeHead | null = null;
    for (const size of [0, 1, 1, 7, 8, 20]) {
      const answer = step(latest, growth(latest?.size ?? 0, size));
      expect(answer).toMatchObject({ status: 200, next: headOf(size) });
      const note = concatBytes(checkpointOf(headOf(size)), utf8(answer.body));
      const keys = { origin, logKeys: [log.key], witnessKeys: [signer.key] };
      expect(openCheckpoint(crypto, note, keys).cosignatures).toHaveLength(1);
      latest = headOf(size);
    }
  });

  it('answers 409 with its own size when the log believes another', () => {
    const conflict = { status: 409, body: '7\n', contentType: 'text/x.tlog.size' };
    expect(step(headOf(7), growth(5, 20))).toEqual(conflict);
    expect(step(headOf(7), growth(0, 20))).toEqual(conflict);
    expect(step(null, growth(5, 20))).toEqual({ ...conflict, body: '0\n' });
    // A log that was rolled back says honestly what it has, and is refused all the same.
    expect(step(headOf(7), growth(3, 5))).toEqual(conflict);
  });

  it('answers 400 when the old size is above the new one', () => {
    const body = formatAddCheckpoint({
      oldSize: 8,
      proof: [],
      checkpoint: checkpointOf(headOf(7)),
    });
    expect(step(headOf(8), body)).toMatchObject({ status: 400 });
  });

  it('answers 404 for a log that it does not know', () => {
    const stranger = aNoteSigner('other.example');
    const checkpoint = signNote(
      formatCheckpoint({ origin: 'other.example', ...headOf(3) }),
      stranger,
    );
    const answer = step(null, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));
    expect(answer).toEqual({ status: 404, body: '', cause: null });
  });

  it('answers 403 without a signature of the log, and when that signature fails', () => {
    const text = formatCheckpoint({ origin, ...headOf(3) });
    const impostor = signNote(text, aNoteSigner(origin, { seedByte: 9 }));
    const broken = signNote(text, { ...log, sign: () => new Uint8Array(64) });
    for (const checkpoint of [impostor, broken]) {
      const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint });
      expect(step(null, body)).toMatchObject({ status: 403 });
    }
  });

  it('answers 422 to a proof that fails, and to one where none belongs', () => {
    const proof = tree.consistencyProof(7, 20);
    const request = { oldSize: 7, checkpoint: checkpointOf(headOf(20)) };
    for (const changed of flipBits(proof[0] ?? utf8(''))) {
      const body = formatAddCheckpoint({ ...request, proof: [changed, ...proof.slice(1)] });
      expect(step(headOf(7), body)).toMatchObject({ status: 422 });
    }
    const unproven = formatAddCheckpoint({ ...request, proof: [] });
    expect(step(headOf(7), unproven)).toMatchObject({ status: 422 });
    const superfluous = formatAddCheckpoint({ ...request, oldSize: 0, proof });
    expect(step(null, superfluous)).toMatchObject({ status: 422 });
  });

  it('answers 422 to a second history of the same size, and to an empty tree with a root', () => {
    const fork = new NaiveTree([utf8('x')]).root();
    const split = checkpointOf({ size: 7, root: fork });
    const body = formatAddCheckpoint({ oldSize: 7, proof: [], checkpoint: split });
    expect(step(headOf(7), body)).toMatchObject({
      status: 422,
      cause: { code: 'tlog.split-view' },
    });
    const checkpoint = signNote(`${origin}\n0\n${toBase64(fork)}\n`, log);
    const empty = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint });
    expect(step(null, empty)).toMatchObject({ status: 422, cause: { code: 'tlog.empty-tree' } });
  });

  it('answers 400 to what it cannot read, extension lines included', () => {
    const extended = signNote(`${formatCheckpoint({ origin, ...headOf(3) })}more\n`, log);
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: extended });
    expect(step(null, body)).toMatchObject({ status: 400 });
    expect(step(null, utf8('old 0\n\nno note'))).toMatchObject({ status: 400 });
    fc.assert(
      fc.property(fc.uint8Array(), (junk) => {
        expect(step(null, junk)).toMatchObject({ status: 400 });
      }),
    );
  });

  it('says so when its own keys are wrong, and blames no log', () => {
    const logs = new Map([[origin, { keys: [signer.key], latest: null }]]);
    const state = { logs, signer, timeSeconds: 1 };
    expect(() => witnessStep(crypto, state, growth(0, 3))).toThrow(VkeyMalformed);
    const signing = {
      ...state,
      logs: new Map([[origin, { keys: [log.key], latest: null }]]),
      signer: log,
    };
    expect(() => witnessStep(crypto, signing, growth(0, 3))).toThrow(VkeyMalformed);
  });

  it('lets errors of its ports pass', () => {
    const failing = {
      ...crypto,
      ed25519Verify: () => {
        throw new RangeError('no memory');
      },
    };
    const state = {
      logs: new Map([[origin, { keys: [log.key], latest: null }]]),
      signer,
      timeSeconds: 1,
    };
    expect(() => witnessStep(failing, state, growth(0, 3))).toThrow(RangeError);
    const forgetful = {
      ...crypto,
      sha256: () => {
        throw new RangeError('no memory');
      },
    };
    const grown = { ...state, logs: new Map([[origin, { keys: [log.key], latest: headOf(3) }]]) };
    expect(() => witnessStep(forgetful, grown, growth(3, 5))).toThrow(RangeError);
  });
});

describe('a request to a witness', () => {
  const checkpoint = checkpointOf(headOf(3));
  const note = parseUtf8(checkpoint);
  const hash = toBase64(tree.root(1));

  it('comes back', () => {
    const proofs = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 });
    fc.assert(
      fc.property(fc.maxSafeNat(), proofs, (oldSize, proof) => {
        const request = { oldSize, proof, checkpoint };
        expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual(request);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no checkpoint', 'old 0\n'],
    ['no old size', `${hash}\n\n${note}`],
    ['another word', `new 0\n\n${note}`],
    ['a leading zero', `old 00\n\n${note}`],
    ['a negative size', `old -1\n\n${note}`],
    ['a short hash', `old 1\nAAAA\n\n${note}`],
    ['64 hashes', `old 1\n${`${hash}\n`.repeat(64)}\n${note}`],
    ['more than its limit', `old 0\n\n${'x'.repeat(266_241)}`],
  ])('never has %s', (_, body) => {
    expect(() => parseAddCheckpoint(utf8(body))).toThrow(WitnessRequestMalformed);
  });
});
