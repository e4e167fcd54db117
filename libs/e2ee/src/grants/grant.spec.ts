import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeGrantRecipients, THREAD_LIMITS, type GrantScope } from '@enlace/contracts';
import { concatBytes, parseHex, parseId, sha256, toHex, type DeviceId } from '@enlace/kernel';
import { flipBit, refusalOf, SeededRandom } from '@enlace/testing';

import { epochKeyId } from '../envelope/epoch-keys.js';
import { cryptoReady, sodium } from '../sodium.js';
import { openGrant, sealGrant, type ExpectedGrant } from './grant.js';
import type { GrantRecipient } from './grant-wrap.js';

interface Vectors {
  readonly seed: string;
  readonly epochKeys: readonly string[];
  readonly devices: readonly { readonly deviceId: string; readonly kemSeed: string }[];
  readonly accepted: readonly { readonly scope: GrantScope; readonly hex: string }[];
  /** One of the accepted with other bytes at an offset; its hash is given anew, as if its author had signed that. */
  readonly refused: readonly {
    readonly why: string;
    readonly of: number;
    readonly at: number;
    readonly hex: string;
    readonly rule: string;
  }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/grant.json', import.meta.url), 'utf8'),
);

const threadId = parseId<GrantScope['threadId']>('01900000-0000-7000-8000-000000000001');
const epochKeys = vectors.epochKeys.map(parseHex);
const devices = vectors.devices.map(({ deviceId, kemSeed }) => ({
  deviceId: parseId<DeviceId>(deviceId),
  kemSeed: parseHex(kemSeed),
}));
const [rosa, omar] = devices;
if (rosa === undefined || omar === undefined) throw new Error('two devices are in the vectors');
const scope: GrantScope = {
  cause: 'history',
  threadId,
  incarnation: 2,
  fromEpoch: 5,
  toEpoch: 6,
};
const random = new SeededRandom('grants');

let recipients: readonly GrantRecipient[];
beforeAll(async () => {
  await cryptoReady();
  recipients = devices.map(({ deviceId, kemSeed }) => ({
    deviceId,
    kemKey: sodium.crypto_kem_xwing_seed_keypair(kemSeed).publicKey,
  }));
});

const seal = (to = recipients): Uint8Array => {
  const blob = sealGrant({ scope, epochKeys, recipients: to }, random);
  if (blob === null) throw new Error('nobody to give to');
  return blob;
};
const stated = (of: GrantScope): ExpectedGrant['epochKeyIdOf'] => {
  const names = epochKeys.map((key, at) => epochKeyId(key, { ...of, epoch: of.fromEpoch + at }));
  return (epoch) => names[epoch - of.fromEpoch] ?? null;
};
const expected = (blob: Uint8Array, change: Partial<ExpectedGrant> = {}): ExpectedGrant => ({
  scope,
  grantHash: sha256(blob),
  epochKeyIdOf: stated(scope),
  ...change,
});

describe('a grant', () => {
  it('is frozen: each device opens the keys of the epochs, and others read whom it is for', () => {
    expect(vectors.accepted.map((one) => one.scope.cause)).toEqual(['invite', 'access', 'history']);
    const fixed = new SeededRandom(vectors.seed);
    for (const { scope: of, hex } of vectors.accepted) {
      const keys = epochKeys.slice(0, of.toEpoch - of.fromEpoch + 1);
      const blob = sealGrant({ scope: of, epochKeys: keys, recipients }, fixed);
      expect(toHex(blob ?? new Uint8Array())).toBe(hex);
      const bytes = parseHex(hex);
      const { deviceIds, ...said } = decodeGrantRecipients(bytes);
      expect(said).toEqual(of);
      expect(deviceIds).toEqual(devices.map(({ deviceId }) => deviceId));
      for (const device of devices) {
        const opened = openGrant(
          bytes,
          device,
          expected(bytes, { scope: of, epochKeyIdOf: stated(of) }),
        );
        expect(opened.map(({ epoch }) => epoch)).toEqual(keys.map((_, at) => of.fromEpoch + at));
        expect(opened.map(({ epochKey }) => toHex(epochKey))).toEqual(keys.map(toHex));
      }
    }
  });

  it.each(vectors.refused)('is refused: $why', ({ of, at, hex, rule }) => {
    const vector = vectors.accepted[of];
    if (vector === undefined) throw new Error('no such vector');
    const bytes = Uint8Array.from(parseHex(vector.hex));
    bytes.set(parseHex(hex), at);
    const now = expected(bytes, { scope: vector.scope, epochKeyIdOf: stated(vector.scope) });
    expect(refusalOf(() => openGrant(bytes, rosa, now))).toBe(rule);
  });

  it('gives nothing to a device that it does not name', () => {
    const blob = seal(recipients.slice(1));
    expect(openGrant(blob, rosa, expected(blob))).toEqual([]);
  });

  it('is for its devices alone, also when one takes the name of the other', () => {
    const blob = seal(recipients.slice(0, 1));
    const thief = { deviceId: rosa.deviceId, kemSeed: omar.kemSeed };
    expect(refusalOf(() => openGrant(blob, thief, expected(blob)))).toBe('recipient');
  });

  it('is refused with any bit changed, even by who may sign its hash', () => {
    const blob = seal(recipients.slice(0, 1));
    const recipientAt = blob.length - 1_216;
    for (let byte = 0; byte < blob.length; byte += 1) {
      const changed = flipBit(blob, 8 * byte + (byte % 8));
      let keys: readonly unknown[] = [];
      const rule = refusalOf(() => {
        keys = openGrant(changed, rosa, expected(changed));
      });
      // The name of its device is the one thing that may be another: then it is for somebody else.
      const isNamed = byte < recipientAt || byte >= recipientAt + 16;
      expect({ byte, keys, refused: rule !== 'accepted' || !isNamed }).toEqual({
        byte,
        keys: [],
        refused: true,
      });
      expect(refusalOf(() => openGrant(changed, rosa, expected(blob)))).toBe('hash');
    }
    for (const other of [blob.subarray(0, -1), concatBytes(blob, Uint8Array.of(0))]) {
      expect(refusalOf(() => openGrant(other, rosa, expected(other)))).toBe('form');
    }
  });

  it('is refused whole when one key is not the one that the log states', () => {
    const blob = seal();
    const right = stated(scope);
    const others: readonly ExpectedGrant['epochKeyIdOf'][] = [
      (epoch) => right(epoch === 6 ? 5 : epoch),
      (epoch) => (epoch === 6 ? null : right(epoch)),
      () => new Uint8Array(16),
    ];
    for (const epochKeyIdOf of others) {
      const refused = () => openGrant(blob, rosa, expected(blob, { epochKeyIdOf }));
      expect(refused).toThrow(
        expect.objectContaining({ code: 'grant.refused', alert: 'BAD_GRANT' }),
      );
      expect(refusalOf(refused)).toBe('epoch-key');
    }
  });

  it('is of one cause, thread, incarnation and range', () => {
    const blob = seal();
    const changes: readonly Partial<GrantScope>[] = [
      { cause: 'access' },
      { threadId: parseId('01900000-0000-7000-8000-000000000002') },
      { incarnation: 1 },
      { fromEpoch: 4 },
      { toEpoch: 7 },
    ];
    for (const change of changes) {
      const other = expected(blob, { scope: { ...scope, ...change } });
      expect(refusalOf(() => openGrant(blob, rosa, other))).toBe('scope');
    }
  });

  it('leaves out a device that certified a key which is none, and is not made for such alone', () => {
    const bad = { deviceId: omar.deviceId, kemKey: new Uint8Array(1_216).fill(0xff) };
    const blob = seal([...recipients.slice(0, 1), bad]);
    expect(decodeGrantRecipients(blob).deviceIds).toEqual([rosa.deviceId]);
    expect(openGrant(blob, rosa, expected(blob))).toHaveLength(2);
    expect(sealGrant({ scope, epochKeys, recipients: [bad] }, random)).toBeNull();
  });

  it('is another one each time', () => {
    expect(seal()).not.toEqual(seal());
  });

  it('has a key for each epoch, and at most 64 devices', () => {
    const short = () => sealGrant({ scope, epochKeys: epochKeys.slice(1), recipients }, random);
    expect(short).toThrow(RangeError);
    const [one] = recipients;
    if (one === undefined) throw new Error('nobody');
    const many = Array.from({ length: THREAD_LIMITS.grantRecipients + 1 }, () => one);
    expect(() => sealGrant({ scope, epochKeys, recipients: many }, random)).toThrow(RangeError);
  });
});
