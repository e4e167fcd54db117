import { beforeAll, describe, expect, it } from '@jest/globals';

import { encodeCommitContext, GROUP_SUITES, type CommitContext } from '@enlace/contracts';
import {
  equalBytes,
  isDomainError,
  newRandomId,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { flipBit, GroupLab, SeededRandom } from '@enlace/testing';
import { publicKeyOf } from '@enlace/trust';

import { cryptoReady } from '../sodium.js';
import { readMessage, writeMessage } from './group-bytes.js';
import type { DeviceSecrets, ExpectedCommit, ExpectedGroup } from './group-port.js';
import { heldBy, type GroupState } from './group-state.js';
import { createCommit, joinGroupExternal } from './library.js';
import { keyPackageOf } from './own-commits.js';
import { clientConfigOf, credentialOf } from './profile.js';
import { suiteProvider } from './provider/provider.js';

beforeAll(cryptoReady);

const suites = Object.values(GROUP_SUITES);
const random = new SeededRandom('refused commits');

const codeOf = async (act: () => Promise<unknown>): Promise<unknown> => {
  try {
    await act();
    return 'accepted';
  } catch (error) {
    if (!isDomainError(error) || !error.code.startsWith('group.')) return error;
    return [error.code, error.facts['rule']].filter(Boolean).join(' ');
  }
};

/** Three devices: Rosa founded the group, Omar and Ines joined; Rosa's next commit is made, and nobody has seen it. */
async function threeDevices(suite: GroupLab['suite'] = GROUP_SUITES.x25519) {
  const lab = await GroupLab.found(suite, random);
  const rosa = lab.secretsOf(lab.author);
  const [omar, ines] = [lab.device(), lab.device()];
  for (const device of [omar, ines]) await lab.join(device);
  const process = (by: DeviceSecrets, commit: Uint8Array, expected: ExpectedCommit) =>
    codeOf(() => lab.port.process(lab.stateOf(by.deviceId), commit, expected));
  return { lab, rosa, omar, ines, process };
}

type Three = Awaited<ReturnType<typeof threeDevices>>;

async function madeBy({ lab }: Three, by: DeviceSecrets, removed: readonly DeviceSecrets[] = []) {
  const context = lab.context();
  const state = lab.stateOf(by.deviceId);
  const ids = removed.map(({ deviceId }) => deviceId);
  const leaves = ids.map((id) => lab.leafOf(id));
  const pending =
    leaves.length === 0
      ? await lab.port.update(state, context)
      : await lab.port.remove(state, leaves, context);
  return lab.accept(by.deviceId, { context, pending, removed: ids });
}

async function joinedBy({ lab }: Three, device: DeviceSecrets, replacesOwnLeaf = false) {
  const context = lab.context();
  const { groupInfo, auth } = lab;
  const input = {
    groupInfo,
    device,
    replacesOwnLeaf,
    expected: lab.expectedGroup(),
    context,
    auth,
  };
  const pending = await lab.port.joinExternal(input);
  return lab.accept(device.deviceId, { context, pending });
}

describe.each(suites)('one changed bit of a commit, in %s', (suite) => {
  it.each(['update', 'remove', 'join', 'rejoin'])(
    'is refused at every byte of %s',
    async (shape) => {
      const three = await threeDevices(suite);
      const { lab, rosa, omar, ines } = three;
      const make = {
        update: async () => madeBy(three, rosa),
        remove: async () => madeBy(three, rosa, [ines]),
        join: async () => joinedBy(three, lab.device()),
        rejoin: async () => joinedBy(three, ines, true),
      }[shape];
      const { commit, expected } = await (make?.() ?? Promise.reject(new Error('no such shape')));
      // Most bytes of the large suite are keys and ciphertexts; the small one has the same fields.
      const step = suite === GROUP_SUITES.xWing && process.env['SLOW'] !== '1' ? 13 : 1;
      const verdicts = new Map<unknown, number>();
      for (let byte = 0; byte < commit.length; byte += step) {
        const changed = flipBit(commit, 8 * byte + (byte % 8));
        const verdict = await three.process(omar, changed, expected);
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      }
      expect(
        [...verdicts.keys()].filter((verdict) => !String(verdict).startsWith('group.')),
      ).toEqual([]);
      expect(verdicts.get('group.cryptography')).toBeGreaterThan(commit.length / step / 4);
      expect(await three.process(omar, commit, expected)).toBe('accepted');
    },
  );
});

describe('a commit that is not what its entry says', () => {
  it.each<[string, string, (expected: ExpectedCommit) => Partial<ExpectedCommit>]>([
    ['another author', 'group.sender device', () => ({ deviceId: newRandomId<DeviceId>(random) })],
    ['another epoch', 'group.place epoch', ({ epoch }) => ({ epoch: epoch + 1 })],
    ['another key', 'group.epoch-key stated', () => ({ epochKeyId: new Uint8Array(16) })],
    [
      'fewer devices',
      'group.roster devices',
      ({ devices }) => ({ devices: new Set([...devices].slice(1)) }),
    ],
    [
      'more devices',
      'group.roster devices',
      ({ devices }) => ({ devices: new Set([...devices, newRandomId<DeviceId>(random)]) }),
    ],
    [
      'other devices',
      'group.roster devices',
      ({ devices }) => ({
        devices: new Set([...[...devices].slice(1), newRandomId<DeviceId>(random)]),
      }),
    ],
  ])('is refused: %s', async (_what, verdict, change) => {
    const three = await threeDevices();
    const { commit, expected } = await madeBy(three, three.rosa);
    const wrong = { ...expected, ...change(expected) };
    expect(await three.process(three.omar, commit, wrong)).toBe(verdict);
    expect(await three.process(three.omar, commit, expected)).toBe('accepted');
  });

  it.each<[keyof CommitContext, CommitContext[keyof CommitContext]]>([
    ['changesHash', new Uint8Array(32)],
    ['stateHash', new Uint8Array(32)],
    ['seenChain', new Uint8Array(32)],
    ['seenSeq', 77],
  ])('is refused with another %s', async (member, value) => {
    const three = await threeDevices();
    const { commit, expected } = await madeBy(three, three.rosa);
    const context = { ...expected.context, [member]: value };
    expect(await three.process(three.omar, commit, { ...expected, context })).toBe(
      'group.context context',
    );
  });

  it('is refused in another thread, and twice, and late', async () => {
    const [three, other] = [await threeDevices(), await threeDevices()];
    const foreign = await madeBy(other, other.rosa);
    expect(await three.process(three.omar, foreign.commit, foreign.expected)).toBe(
      'group.place thread',
    );
    const [first, second] = [await madeBy(three, three.rosa), await madeBy(three, three.ines)];
    await three.lab.update(three.omar.deviceId);
    for (const { commit, expected } of [first, second, ...three.lab.log]) {
      expect(await three.process(three.omar, commit, expected)).toBe('group.place epoch');
    }
  });
});

describe('an author without a certificate', () => {
  it('is refused once revoked, and its leaf goes with the next commit', async () => {
    const three = await threeDevices();
    const { lab, rosa, omar, ines } = three;
    const { commit, expected } = await madeBy(three, rosa);
    lab.revoked.add(rosa.deviceId);
    expect(await three.process(omar, commit, expected)).toBe('group.credential revoked');
    expect(await codeOf(() => madeBy(three, rosa))).toBe('group.credential revoked');
    // It stands in the tree meanwhile: others join beside it, and somebody removes it.
    await lab.join(lab.device());
    await lab.remove(ines.deviceId, [rosa.deviceId]);
    expect(lab.members.has(rosa.deviceId)).toBe(false);
  });

  it('is refused when nobody ever certified it', async () => {
    const three = await threeDevices();
    const stranger = { ...three.lab.device(), personId: newRandomId<PersonId>(random) };
    expect(await codeOf(() => joinedBy(three, stranger))).toBe('group.credential refused');
    const { port, threadId, suite, auth } = three.lab;
    const input = { threadId, incarnation: 1, suite, device: stranger, auth };
    expect(await codeOf(() => port.create(input))).toBe('group.credential refused');
  });

  it('is refused when the directory certifies the device for somebody else since', async () => {
    const three = await threeDevices();
    const { commit, expected } = await madeBy(three, three.rosa);
    three.lab.devices.set(three.ines.deviceId, {
      ...three.ines,
      personId: newRandomId<PersonId>(random),
    });
    expect(await three.process(three.omar, commit, expected)).toBe('group.credential refused');
  });
});

/** A member with a changed client: what the library makes for it, no check of ours asked. */
describe('a hostile member', () => {
  const cs = () => suiteProvider(GROUP_SUITES.x25519, random);

  async function forged(
    { lab }: Three,
    state: GroupState,
    { removed = [] as readonly number[], leaf = {} } = {},
  ) {
    const { state: inner, view } = heldBy(state);
    const context = lab.context();
    const ratchetTree = inner.ratchetTree.map((node, at) =>
      node?.nodeType === 'leaf' && at === 2 * view.ownLeaf
        ? { ...node, leaf: { ...node.leaf, ...leaf } }
        : node,
    );
    const { commit } = await createCommit(
      { state: { ...inner, ratchetTree }, cipherSuite: cs() },
      {
        wireAsPublicMessage: true,
        authenticatedData: encodeCommitContext(context),
        extraProposals: removed.map((index) => ({
          proposalType: 'remove',
          remove: { removed: index },
        })),
      },
    );
    return { commit: writeMessage(commit), context };
  }

  const expectedOf = (
    { lab }: Three,
    by: DeviceSecrets,
    context: CommitContext,
  ): ExpectedCommit => ({
    deviceId: by.deviceId,
    epoch: lab.stateOf(by.deviceId).view.epoch,
    context,
    epochKeyId: new Uint8Array(16),
    devices: new Set(lab.members.keys()),
  });

  it('cannot become another device or person by its path', async () => {
    const three = await threeDevices();
    const { lab, rosa, omar, ines } = three;
    const state = lab.stateOf(rosa.deviceId);
    const asInes = await forged(three, state, { leaf: { credential: credentialOf(ines) } });
    const byRosa = expectedOf(three, rosa, asInes.context);
    expect(await three.process(omar, asInes.commit, byRosa)).toBe('group.sender device');
    const byInes = { ...byRosa, deviceId: ines.deviceId };
    expect(await three.process(omar, asInes.commit, byInes)).toBe('group.sender leaf');
    const personId = ines.personId;
    const asPerson = await forged(three, state, {
      leaf: { credential: credentialOf({ ...rosa, personId }) },
    });
    const expected = expectedOf(three, rosa, asPerson.context);
    expect(await three.process(omar, asPerson.commit, expected)).toBe('group.sender leaf');
  });

  it('cannot commit for somebody else', async () => {
    const three = await threeDevices();
    const { commit, expected } = await madeBy(three, three.rosa);
    const wrong = { ...expected, deviceId: three.ines.deviceId };
    expect(await three.process(three.omar, commit, wrong)).toBe('group.sender device');
  });

  it('cannot remove more than the entry says, nor a blank leaf', async () => {
    const three = await threeDevices();
    const { lab, rosa, omar, ines } = three;
    const made = await forged(three, lab.stateOf(rosa.deviceId), {
      removed: [lab.leafOf(ines.deviceId)],
    });
    expect(await three.process(omar, made.commit, expectedOf(three, rosa, made.context))).toBe(
      'group.roster devices',
    );
    const before = lab.stateOf(rosa.deviceId);
    await lab.remove(rosa.deviceId, [ines.deviceId]);
    expect(
      await codeOf(() => forged(three, lab.stateOf(rosa.deviceId), { removed: [2] })),
    ).not.toBe('accepted');
    expect(before.view.roster).toHaveLength(3);
  });

  it('cannot take a leaf of another device with it when it joins', async () => {
    const three = await threeDevices();
    const { lab, omar, ines } = three;
    const device = lab.device();
    const info = readMessage(lab.groupInfo);
    if (info.wireformat !== 'mls_group_info') throw new Error('not the information of a group');
    const { publicPackage, privatePackage } = await keyPackageOf(device, GROUP_SUITES.x25519, cs());
    const context = lab.context();
    const config = clientConfigOf(lab.auth);
    const takesInes = {
      ...config,
      keyPackageEqualityConfig: {
        ...config.keyPackageEqualityConfig,
        compareKeyPackageToLeafNode: (_own: unknown, leaf: { signaturePublicKey: Uint8Array }) =>
          equalBytes(leaf.signaturePublicKey, publicKeyOf(ines.signSeed)),
      },
    };
    const joined = await joinGroupExternal(
      info.groupInfo,
      publicPackage,
      privatePackage,
      true,
      cs(),
      undefined,
      takesInes,
      encodeCommitContext(context),
    );
    const commit = writeMessage({
      version: 'mls10',
      wireformat: 'mls_public_message',
      publicMessage: joined.publicMessage,
    });
    expect(lab.port.inspect(commit).removedLeaves).toEqual([lab.leafOf(ines.deviceId)]);
    const expected = { ...expectedOf(three, omar, context), deviceId: device.deviceId };
    expect(await three.process(omar, commit, expected)).toBe('group.own-leaf own-leaf');
  });
});

describe('a package', () => {
  const joining = (
    { lab }: Three,
    device: DeviceSecrets,
    change: Partial<ExpectedGroup> & { groupInfo?: Uint8Array; replacesOwnLeaf?: boolean } = {},
  ) => {
    const { groupInfo = lab.groupInfo, replacesOwnLeaf = false, ...rest } = change;
    const expected = { ...lab.expectedGroup(), ...rest };
    const input = {
      groupInfo,
      device,
      replacesOwnLeaf,
      expected,
      context: lab.context(),
      auth: lab.auth,
    };
    return codeOf(() => lab.port.joinExternal(input));
  };

  it.each(suites)('is refused with one changed bit, in %s', async (suite) => {
    const three = await threeDevices(suite);
    const device = three.lab.device();
    const { groupInfo } = three.lab;
    const step = suite === GROUP_SUITES.xWing ? 97 : 7;
    const verdicts = new Set<unknown>();
    for (let byte = 0; byte < groupInfo.length; byte += step) {
      verdicts.add(
        await joining(three, device, { groupInfo: flipBit(groupInfo, 8 * byte + (byte % 8)) }),
      );
    }
    expect([...verdicts].filter((verdict) => !String(verdict).startsWith('group.'))).toEqual([]);
    expect(verdicts).toContain('group.cryptography');
    expect(await joining(three, device)).toBe('accepted');
  });

  it('is refused when it describes another group, epoch, suite or author than the log', async () => {
    const three = await threeDevices();
    const { lab, rosa } = three;
    const other = await threeDevices();
    const device = lab.device();
    const persons = new Set([rosa.personId]);
    for (const [change, verdict] of [
      [{ threadId: other.lab.threadId }, 'group.place thread'],
      [{ incarnation: 1 }, 'group.place incarnation'],
      [{ epoch: 3 }, 'group.place epoch'],
      [{ suite: GROUP_SUITES.xWing }, 'group.shape suite'],
      [{ author: rosa.deviceId }, 'group.sender author'],
      [{ persons }, 'group.roster person'],
      [{ groupInfo: lab.log.at(-1)?.commit ?? new Uint8Array() }, 'group.malformed'],
      [{ groupInfo: Uint8Array.of(...lab.groupInfo, 0) }, 'group.malformed'],
      [{ replacesOwnLeaf: true }, 'group.own-leaf own-leaf'],
    ] as const) {
      expect(await joining(three, device, change)).toBe(verdict);
    }
  });

  it('is not joined by a device that has a leaf, nor by a key or an id that stands in the tree', async () => {
    const three = await threeDevices();
    const { lab, omar } = three;
    expect(await joining(three, omar)).toBe('group.own-leaf own-leaf');
    const sameKey = { ...lab.device(), signSeed: omar.signSeed };
    const sameId = { ...omar, signSeed: random.bytes(32) };
    for (const device of [sameKey, sameId]) {
      expect(await joining(three, device)).toBe('group.own-leaf own-leaf');
      expect(await joining(three, device, { replacesOwnLeaf: true })).toBe(
        'group.own-leaf own-leaf',
      );
    }
    lab.revoked.add(omar.deviceId);
    expect(await joining(three, omar, { replacesOwnLeaf: true })).toBe('group.credential revoked');
  });

  it('is refused when a leaf of it is of nobody', async () => {
    const three = await threeDevices();
    const { devices } = three.lab;
    devices.set(three.omar.deviceId, { ...three.omar, signSeed: random.bytes(32) });
    expect(await joining(three, three.lab.device())).toBe('group.credential refused');
  });
});
