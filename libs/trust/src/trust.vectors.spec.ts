import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { concatBytes, parseHex, utf8 } from '@enlace/kernel';
import { everyStatement } from '@enlace/testing';

import { keyFingerprint, keyId } from './fingerprint.js';
import { replay } from './fold/apply.js';
import { emptyDirectory } from './fold/directory.js';
import { publicKeyOf } from './sign-object.js';
import { cryptoReady } from './sodium.js';
import { parseStatement, STATEMENT_KINDS } from './statements/statement.js';
import {
  formatFingerprint,
  parseTrustStore,
  trustStoreFingerprint,
} from './trust-store/trust-store.js';

interface Log {
  readonly trustStore: string;
  readonly statements: readonly {
    readonly kind: number;
    readonly id: string;
    readonly wire: string;
  }[];
}
interface Keys {
  readonly keys: readonly Readonly<
    Record<'seed' | 'publicKey' | 'keyId' | 'fingerprint', string>
  >[];
}

const file = (name: string) => readFileSync(new URL(`../vectors/${name}`, import.meta.url));
const log = JSON.parse(file('log.json').toString()) as Log;
const { keys } = JSON.parse(file('keys.json').toString()) as Keys;
const sha256 = (...parts: readonly Uint8Array[]) =>
  createHash('sha256')
    .update(concatBytes(...parts))
    .digest();

beforeAll(cryptoReady);

describe('the frozen vectors', () => {
  it.each([
    ['log.json', '1ff77e8d06a6844995722de2aeea95c0402162ec4f6dd5e9c6a5d4a706f0508e'],
    ['keys.json', 'a446a558d182e61307bb52b4ec00b0f9d619d23ba6eaa920fe5bb6a788ce6234'],
  ])('%s is the file that was frozen', (name, hash) => {
    expect(sha256(file(name)).toString('hex')).toBe(hash);
  });

  it.each(keys)('keep the name of key $keyId', ({ seed, publicKey, keyId: id, fingerprint }) => {
    const key = publicKeyOf(parseHex(seed));
    expect(Buffer.from(key).toString('hex')).toBe(publicKey);
    expect(keyId(key)).toBe(id);
    expect(keyFingerprint(key)).toBe(fingerprint);
    const second = sha256(utf8('enlace/key/v1\0'), key);
    expect(second.subarray(0, 16).toString('base64url')).toBe(id);
    expect(fingerprint.replaceAll(' ', '')).toBe(second.toString('hex'));
  });

  it('hold a statement of every type, and the fold still takes them all', () => {
    const entries = log.statements.map(({ wire }, index) => ({ index, wire }));
    const store = parseTrustStore(log.trustStore);
    const { skipped, directory } = replay(emptyDirectory(store, 'CR'), entries);
    expect(skipped).toEqual([]);
    expect(directory.size).toBe(log.statements.length);
    const kinds = new Set(log.statements.map(({ kind }) => kind));
    expect([...kinds].toSorted((a, b) => a - b)).toEqual(Object.values(STATEMENT_KINDS));
    for (const { wire, id, kind } of log.statements) {
      const statement = parseStatement(wire);
      expect(statement.id).toBe(id);
      expect(STATEMENT_KINDS[statement.type]).toBe(kind);
    }
  });

  it('are what the ceremony signs today, byte for byte', async () => {
    const region = await everyStatement();
    expect(region.wires).toEqual(log.statements.map(({ wire }) => wire));
    expect(region.trustStoreText).toBe(log.trustStore);
  });

  it('name the trust store as a second implementation does', () => {
    const fingerprint = trustStoreFingerprint(log.trustStore);
    expect(Buffer.from(fingerprint)).toEqual(sha256(utf8(log.trustStore)).subarray(0, 16));
    expect(formatFingerprint(fingerprint)).toBe('5Q4T-954N-RHMQ-GR8Z-GME9-6302-TM');
  });

  it('verify with a second implementation of hash and signature', () => {
    const known = new Map(keys.map((key) => [key.keyId, key.publicKey]));
    let verified = 0;
    for (const { wire, id } of log.statements) {
      const outer = JSON.parse(wire) as { body: string; sigs: { key: string; sig: string }[] };
      const body = Buffer.from(outer.body, 'base64url');
      const { type } = JSON.parse(body.toString()) as { type: string };
      expect(sha256(utf8('enlace/statement/v1\0'), body).toString('base64url')).toBe(id);
      for (const { key, sig } of outer.sigs) {
        const publicKey = known.get(key);
        if (publicKey === undefined) continue;
        const message = concatBytes(utf8(`enlace/trust/v1/${type}\0`), body);
        const spki = Buffer.from(`302a300506032b6570032100${publicKey}`, 'hex');
        const der = createPublicKey({ key: spki, format: 'der', type: 'spki' });
        expect(verify(null, message, der, Buffer.from(sig, 'base64url'))).toBe(true);
        verified += 1;
      }
    }
    expect(verified).toBeGreaterThan(20);
  });
});
