import { beforeAll, describe, expect, it } from '@jest/globals';
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

import {
  concatBytes,
  parseHex,
  parseId,
  toBase64Url,
  utf8,
  type CaseId,
  type ThreadId,
} from '@enlace/kernel';
import { forTestsOnlySeed, Region, testId } from '@enlace/testing';

import { keyId } from '../fingerprint.js';
import { publicKeyOf, signObject } from '../sign-object.js';
import { cryptoReady } from '../sodium.js';
import {
  deviceOfKey,
  isApprovalSignedBy,
  readApproval,
  signApproval,
  verifyApproval,
  type ApprovedAct,
} from './approval.js';

interface Vectors {
  readonly seed: string;
  readonly approvals: readonly {
    readonly act: Omit<ApprovedAct, 'threadId'> & { readonly threadId: string };
    readonly nonce: string;
    readonly wire: string;
  }[];
  readonly ofCase: {
    readonly act: Omit<ApprovedAct, 'caseId'> & { readonly caseId: string };
    readonly nonce: string;
    readonly wire: string;
  };
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/approval.json', import.meta.url), 'utf8'),
);

const act: ApprovedAct = {
  threadId: parseId<ThreadId>(testId('thread', 7)),
  action: 'retain',
  basis: 'court-order',
  until: '2030-01-01T00:00:00.000Z',
};
const nonce = toBase64Url(new Uint8Array(16).fill(7));
const rosa = 'device:cr-rosa';
const wireOf = (change: object = {}, signers: readonly string[] = [rosa]) =>
  signObject('enlace/approval/v1', { ...act, nonce, ...change }, signers.map(forTestsOnlySeed));
const refusal = (rule: string) => expect.objectContaining({ facts: { rule } });

let region: Region;
beforeAll(async () => {
  await cryptoReady();
  region = await Region.complete();
});
const verify = (wire: string, asked = act) =>
  verifyApproval(wire, asked, { directory: region.directory, moment: { nowMs: region.nowMs } });

describe('the frozen approvals', () => {
  it.each(vectors.approvals)(
    'of $act.action are signed as they were',
    ({ act: said, nonce: once, wire }) => {
      const approved = { ...said, threadId: parseId<ThreadId>(said.threadId) };
      const seed = parseHex(vectors.seed);
      expect(signApproval(approved, once, seed)).toBe(wire);
      const read = readApproval(wire, approved);
      expect(read).toMatchObject({ nonce: once, key: keyId(publicKeyOf(seed)) });
      expect(isApprovalSignedBy(read, publicKeyOf(seed))).toBe(true);
      // The same by another library, from the page alone: label, zero byte, JCS.
      const text = utf8(
        `{"action":${JSON.stringify(said.action)},"basis":${JSON.stringify(said.basis)},"nonce":"${once}",` +
          `"threadId":"${said.threadId}","until":${JSON.stringify(said.until)}}`,
      );
      const pkcs8 = concatBytes(parseHex('302e020100300506032b657004220420'), seed);
      const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
      const signature = sign(null, concatBytes(utf8('enlace/approval/v1\0'), text), key);
      const [first] = read.object.signatures;
      expect(Buffer.from(first?.signature ?? []).toString('hex')).toBe(signature.toString('hex'));
      expect(read.object.bodyBytes).toEqual(Uint8Array.from(text));
    },
  );
});

describe('the frozen approval of an act on a case', () => {
  const { act: said, nonce: once, wire } = vectors.ofCase;
  const approved = { ...said, caseId: parseId<CaseId>(said.caseId) };

  it('is signed as it was, and says a case where the others say a thread', () => {
    const seed = parseHex(vectors.seed);
    expect(signApproval(approved, once, seed)).toBe(wire);
    const { object } = readApproval(wire, approved);
    expect(isApprovalSignedBy({ nonce: once, key: '', object }, publicKeyOf(seed))).toBe(true);
    expect(new TextDecoder().decode(object.bodyBytes)).toBe(
      `{"action":"hold","basis":"court-order","caseId":"${said.caseId}","nonce":"${once}","until":null}`,
    );
  });

  it('is none for the thread of the same id, and the other way round', () => {
    const { caseId, ...rest } = approved;
    const ofThread = { ...rest, threadId: parseId<ThreadId>(caseId) };
    expect(() => readApproval(wire, ofThread)).toThrow(refusal('act'));
    const other = signApproval(ofThread, once, parseHex(vectors.seed));
    expect(() => readApproval(other, approved)).toThrow(refusal('act'));
  });
});

describe('an approval', () => {
  it('is of the device that signed it, and of exactly the act', () => {
    const verified = verify(wireOf());
    expect(verified.nonce).toBe(nonce);
    expect(verified.device.deviceId).toBe(testId(rosa, 7));
  });

  it.each<[string, object]>([
    ['thread', { threadId: testId('another', 7) }],
    ['action', { action: 'shred' }],
    ['basis', { basis: 'another' }],
    ['term', { until: null }],
    ['further member', { more: 1 }],
    ['short nonce', { nonce: toBase64Url(new Uint8Array(15)) }],
    ['nonce of no text', { nonce: 7 }],
    ['nonce that is no base64url', { nonce: '*' }],
  ])('of another %s is none', (_, change) => {
    expect(() => verify(wireOf(change))).toThrow(refusal('act'));
  });

  it('says everything that it approves of', () => {
    const { until: _, ...less } = act;
    const wire = signObject('enlace/approval/v1', { ...less, nonce }, [forTestsOnlySeed(rosa)]);
    expect(() => verify(wire)).toThrow(refusal('act'));
  });

  it('has one signature, of a device, made for an approval', () => {
    expect(() => verify(wireOf({}, [rosa, 'device:gt-omar']))).toThrow(refusal('signer'));
    expect(() => verify(wireOf({}, ['nobody']))).toThrow(refusal('signer'));
    expect(() => verify(wireOf({}, ['identity:cr-rosa']))).toThrow(refusal('signer'));
    const other = signObject('enlace/vault-head/v1', { ...act, nonce }, [forTestsOnlySeed(rosa)]);
    expect(() => verify(other)).toThrow(refusal('signer'));
    expect(() => verify('{}')).toThrow(refusal('wire-members'));
  });

  it('fails with any bit of its signature changed', () => {
    const { object } = readApproval(wireOf(), act);
    const [{ key, signature }] = object.signatures as [{ key: string; signature: Uint8Array }];
    for (let bit = 0; bit < 512; bit += 1) {
      const changed = signature.map((byte, at) =>
        at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
      );
      const read = { nonce, key, object: { ...object, signatures: [{ key, signature: changed }] } };
      expect(isApprovalSignedBy(read, publicKeyOf(forTestsOnlySeed(rosa)))).toBe(false);
    }
  });

  it('is of a device that stands', () => {
    const before = { directory: region.directory, moment: { nowMs: 0 } };
    expect(() => verifyApproval(wireOf(), act, before)).toThrow(
      expect.objectContaining({ code: 'chain.refused' }),
    );
  });

  it('names its device by the key, and nothing else by it', () => {
    const keyOf = (name: string) => keyId(publicKeyOf(forTestsOnlySeed(name)));
    expect(deviceOfKey(region.directory, keyOf(rosa))).toBe(testId(rosa, 7));
    expect(deviceOfKey(region.directory, keyOf('identity:cr-rosa'))).toBeNull();
    expect(deviceOfKey(region.directory, keyOf('nobody'))).toBeNull();
  });
});
