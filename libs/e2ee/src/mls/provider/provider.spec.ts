import { beforeAll, describe, expect, it } from '@jest/globals';
import { getCiphersuiteFromName } from 'ts-mls/crypto/ciphersuite.js';
import { defaultCryptoProvider } from 'ts-mls/crypto/implementation/default/provider.js';

import { GROUP_SUITES, isSuiteName, type SuiteName } from '@enlace/contracts';
import { concatBytes, parseHex, systemRandom, toHex, utf8 } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { cryptoReady } from '../../sodium.js';
import {
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  generateKeyPackageWithKey,
  joinGroupExternal,
  makePskIndex,
  processPublicMessage,
  type CiphersuiteImpl,
  type ClientState,
} from '../library.js';
import { SHA256_HKDF, SHA512_HKDF } from './hkdf.js';
import { suiteProvider } from './provider.js';

beforeAll(cryptoReady);

const none = new Uint8Array();
const suites = Object.values(GROUP_SUITES);
const theirs = (name: SuiteName) =>
  defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromName(name));
const ours = (name: SuiteName) => suiteProvider(name, systemRandom);
const refusal = expect.objectContaining({ code: 'group.cryptography' });

/** Both directions: what one provider makes, the other opens. */
async function bothWays(
  name: SuiteName,
  check: (maker: CiphersuiteImpl, opener: CiphersuiteImpl) => Promise<void>,
): Promise<void> {
  const [own, other] = [ours(name), await theirs(name)];
  await check(own, other);
  await check(other, own);
}

describe('HKDF', () => {
  it('gives what RFC 5869, appendices A.1 and A.3 print', () => {
    const a1 = SHA256_HKDF.extract(
      parseHex('000102030405060708090a0b0c'),
      new Uint8Array(22).fill(11),
    );
    expect(toHex(SHA256_HKDF.expand(a1, parseHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    const a3 = SHA256_HKDF.extract(none, new Uint8Array(22).fill(11));
    expect(toHex(SHA256_HKDF.expand(a3, none, 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('takes a key longer than a block, as RFC 4231, section 4.7 prints', () => {
    const message = utf8('Test Using Larger Than Block-Size Key - Hash Key First');
    const key = new Uint8Array(131).fill(0xaa);
    expect(toHex(SHA256_HKDF.mac(key, message))).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
    expect(toHex(SHA512_HKDF.mac(key, message)).slice(0, 32)).toBe(
      '80b24263c7c1a3ebb71493c1dd7be8b4',
    );
  });

  it('gives no more than RFC 5869 allows', () => {
    expect(() => SHA256_HKDF.expand(none, none, 255 * 32 + 1)).toThrow(RangeError);
  });
});

describe.each(suites)('the provider of %s', (name) => {
  it('derives the keys that the default provider derives', async () => {
    const [own, other] = [ours(name), await theirs(name)];
    const ikm = systemRandom.bytes(own.kdf.size);
    const [a, b] = [await own.hpke.deriveKeyPair(ikm), await other.hpke.deriveKeyPair(ikm)];
    const publicKey = await own.hpke.exportPublicKey(a.publicKey);
    expect(publicKey).toEqual(await other.hpke.exportPublicKey(b.publicKey));
    expect(await own.hpke.exportPrivateKey(a.privateKey)).toEqual(
      await other.hpke.exportPrivateKey(b.privateKey),
    );
    expect([own.kdf.size, own.hpke.keyLength, own.hpke.nonceLength]).toEqual([
      other.kdf.size,
      other.hpke.keyLength,
      other.hpke.nonceLength,
    ]);
    expect(await own.hash.digest(ikm)).toEqual(await other.hash.digest(ikm));
    expect(await own.hash.mac(ikm, ikm)).toEqual(await other.hash.mac(ikm, ikm));
    expect(await own.hash.verifyMac(ikm, await other.hash.mac(ikm, ikm), ikm)).toBe(true);
  });

  it('opens what the default provider seals, and the reverse', async () => {
    await bothWays(name, async (maker, opener) => {
      const pair = await opener.hpke.generateKeyPair();
      const key = await maker.hpke.importPublicKey(
        await opener.hpke.exportPublicKey(pair.publicKey),
      );
      const { enc, ct } = await maker.hpke.seal(
        key,
        utf8('path secret'),
        utf8('info'),
        utf8('aad'),
      );
      const args = [enc, ct, utf8('info'), utf8('aad')] as const;
      expect(await opener.hpke.open(pair.privateKey, ...args)).toEqual(utf8('path secret'));
      const sent = await maker.hpke.exportSecret(key, utf8('external init'), 64, none);
      const got = await opener.hpke.importSecret(
        pair.privateKey,
        utf8('external init'),
        sent.enc,
        64,
        none,
      );
      expect(got).toEqual(sent.secret);
    });
  });

  it('refuses changed ciphertexts, other contexts and keys of another length', async () => {
    const { hpke } = ours(name);
    const pair = await hpke.generateKeyPair();
    const { enc, ct } = await hpke.seal(pair.publicKey, utf8('x'), utf8('info'), utf8('aad'));
    const flipped = Uint8Array.from(ct, (byte, at) => (at === 0 ? byte ^ 1 : byte));
    const open = (change: { enc?: Uint8Array; ct?: Uint8Array; info?: string; aad?: string }) =>
      hpke.open(
        pair.privateKey,
        change.enc ?? enc,
        change.ct ?? ct,
        utf8(change.info ?? 'info'),
        utf8(change.aad ?? 'aad'),
      );
    expect(await open({})).toEqual(utf8('x'));
    const other = Uint8Array.from(enc, (byte, at) => (at === 1 ? byte ^ 1 : byte));
    for (const change of [
      { ct: flipped },
      { ct: ct.subarray(1) },
      { ct: none },
      { enc: other },
      { enc: enc.subarray(1) },
      { enc: none },
      { info: 'other' },
      { aad: '' },
    ]) {
      await expect(open(change)).rejects.toEqual(refusal);
    }
    await expect(hpke.importPublicKey(new Uint8Array(31))).rejects.toEqual(refusal);
    await expect(hpke.importPrivateKey(new Uint8Array(31))).rejects.toEqual(refusal);
  });

  it('signs as the default provider does, with a seed or with PKCS #8', async () => {
    const [own, other] = [ours(name), await theirs(name)];
    const { signKey, publicKey } = await other.signature.keygen();
    expect(signKey).toHaveLength(48);
    const signature = await own.signature.sign(signKey, utf8('m'));
    expect(signature).toEqual(await other.signature.sign(signKey, utf8('m')));
    expect(await other.signature.verify(publicKey, utf8('m'), signature)).toBe(true);
    expect(await own.signature.verify(publicKey, utf8('m'), signature)).toBe(true);
    const mine = await own.signature.keygen();
    expect(mine.publicKey).toEqual(publicKeyOf(mine.signKey));
    const bySeed = await other.signature.sign(mine.signKey, utf8('m'));
    expect(await own.signature.verify(mine.publicKey, utf8('m'), bySeed)).toBe(true);
    expect(await own.signature.verify(mine.publicKey, utf8('n'), bySeed)).toBe(false);
    expect(await own.signature.verify(mine.publicKey, utf8('m'), bySeed.subarray(1))).toBe(false);
    expect(await own.signature.verify(none, utf8('m'), bySeed)).toBe(false);
    const wrong = concatBytes(signKey.subarray(0, 15), Uint8Array.of(33), signKey.subarray(16));
    await expect(own.signature.sign(wrong, none)).rejects.toEqual(refusal);
    await expect(own.signature.sign(new Uint8Array(31), none)).rejects.toEqual(refusal);
  });

  it('makes groups with the default provider in which all members agree', async () => {
    const providers = [ours(name), await theirs(name), ours(name), await theirs(name)];
    await expect(mixedGroup(providers)).resolves.toBe(1);
  });
});

it('refuses points of low order in the suite without X-Wing', async () => {
  const { hpke } = ours(GROUP_SUITES.x25519);
  const key = await hpke.importPublicKey(new Uint8Array(32));
  await expect(hpke.seal(key, none, none)).rejects.toEqual(refusal);
});

it('knows two suites by name', () => {
  expect(suites.filter(isSuiteName)).toEqual(suites);
  expect(isSuiteName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519')).toBe(false);
});

const clientConfig: ClientState['clientConfig'] = {
  keyRetentionConfig: {
    retainKeysForEpochs: 0,
    retainKeysForGenerations: 0,
    maximumForwardRatchetSteps: 0,
  },
  lifetimeConfig: { maximumTotalLifetime: 1n, validateLifetimeOnReceive: false },
  keyPackageEqualityConfig: {
    compareKeyPackages: () => false,
    compareKeyPackageToLeafNode: () => false,
  },
  paddingConfig: { kind: 'alwaysPad', paddingLength: 0 },
  authService: { validateCredential: async () => true },
};

/** Each joins by external commit, each updates, one removes another: how many epoch secrets the rest has. */
async function mixedGroup(providers: readonly CiphersuiteImpl[]): Promise<number> {
  let members: { cs: CiphersuiteImpl; state: ClientState }[] = [];
  const packageOf = async (cs: CiphersuiteImpl, who: number) =>
    generateKeyPackageWithKey(
      { credentialType: 'basic', identity: Uint8Array.of(who) },
      {
        versions: ['mls10'],
        ciphersuites: [cs.name],
        extensions: [],
        proposals: [],
        credentials: ['basic'],
      },
      { notBefore: 0n, notAfter: 1n },
      [],
      await cs.signature.keygen(),
      cs,
    );
  const spread = async (message: Parameters<typeof processPublicMessage>[1]) => {
    members = await Promise.all(
      members.map(async ({ cs, state }) => {
        const result = await processPublicMessage(state, message, makePskIndex(state, {}), cs);
        return { cs, state: result.newState };
      }),
    );
  };
  const commit = async (by: number, removed: readonly number[]) => {
    const author = members[by];
    if (author === undefined) throw new Error('no such member');
    const { newState, commit: message } = await createCommit(
      { state: author.state, cipherSuite: author.cs },
      {
        wireAsPublicMessage: true,
        extraProposals: removed.map((leaf) => ({
          proposalType: 'remove',
          remove: { removed: leaf },
        })),
      },
    );
    if (message.wireformat !== 'mls_public_message') throw new Error('not public');
    members = members.filter((_member, at) => at !== by);
    await spread(message.publicMessage);
    members.splice(by, 0, { cs: author.cs, state: newState });
  };
  for (const [who, cs] of providers.entries()) {
    const { publicPackage, privatePackage } = await packageOf(cs, who);
    const [first] = members;
    if (first === undefined) {
      const state = await createGroup(
        utf8('g'),
        publicPackage,
        privatePackage,
        [],
        cs,
        clientConfig,
      );
      members = [{ cs, state }];
      continue;
    }
    const info = await createGroupInfoWithExternalPubAndRatchetTree(first.state, [], first.cs);
    const args = [info, publicPackage, privatePackage, false, cs, undefined, clientConfig] as const;
    const joined = await joinGroupExternal(...args);
    await spread(joined.publicMessage);
    members.push({ cs, state: joined.newState });
    await commit(0, []);
    await commit(members.length - 1, []);
  }
  await commit(1, [0]);
  members.shift();
  await commit(members.length - 1, []);
  return new Set(members.map(({ state }) => toHex(state.keySchedule.exporterSecret))).size;
}
