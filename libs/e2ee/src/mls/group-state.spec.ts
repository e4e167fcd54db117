import { beforeAll, describe, expect, it } from '@jest/globals';

import { GROUP_SUITES, THREAD_LIMITS, type CommitFacts } from '@enlace/contracts';
import { concatBytes, newRandomId, toHex, type DeviceId, type PersonId } from '@enlace/kernel';
import { flipBit, GroupLab, refusalOf, SeededRandom } from '@enlace/testing';

import { epochKeyId } from '../envelope/epoch-keys.js';
import { cryptoReady, sodium } from '../sodium.js';
import { assertStated } from './commit-checks.js';
import { heldBy, type FreshGroup, type GroupState, type RosterLeaf } from './group-state.js';
import { assertMayJoin } from './join-package.js';
import { rosterOf } from './profile.js';

beforeAll(cryptoReady);

const random = new SeededRandom('states of groups');
const suite = GROUP_SUITES.x25519;
const innerOf = (state: GroupState) => heldBy(state).state;

async function aGroup(devices: number): Promise<GroupLab> {
  const lab = await GroupLab.found(suite, random);
  for (let at = 1; at < devices; at += 1) await lab.join(lab.device());
  return lab;
}

async function freshOf(lab: GroupLab): Promise<FreshGroup> {
  const { threadId, auth, author } = lab;
  const device = lab.secretsOf(author);
  return lab.port.create({ threadId, incarnation: 3, suite, device, auth });
}

describe('a fresh group', () => {
  it('gives the key of its epoch once', async () => {
    const lab = await aGroup(1);
    const fresh = await freshOf(lab);
    const { epochKey, state } = await lab.port.exportSecret(fresh);
    expect(epochKey).toHaveLength(32);
    expect(state.view).toMatchObject({ incarnation: 3, epoch: 0, suite, ownLeaf: 0 });
    await expect(lab.port.exportSecret(fresh)).rejects.toMatchObject({
      code: 'group.already-exported',
    });
    expect(epochKeyId(epochKey, state.view)).toEqual(heldBy(state).epochKeyId);
  });

  it('cannot be written down, nor committed from', async () => {
    const lab = await aGroup(1);
    const fresh = await freshOf(lab);
    // @ts-expect-error -- a fresh group is no state, says the compiler
    const written = () => lab.port.serialise(fresh);
    expect(refusalOf(written)).toBe('group.malformed');
    // @ts-expect-error -- the same
    const updated = lab.port.update(fresh, lab.context());
    await expect(updated).rejects.toMatchObject({ code: 'group.malformed' });
  });

  it('shows nothing that is secret to whoever prints it', async () => {
    const lab = await aGroup(2);
    const fresh = await freshOf(lab);
    const { exporterSecret, initSecret } = innerOf(lab.stateOf(lab.author)).keySchedule;
    const text = JSON.stringify([fresh, lab.stateOf(lab.author)]);
    for (const secret of [exporterSecret, initSecret].filter(({ length }) => length > 0)) {
      expect(text).not.toContain(JSON.stringify(secret));
    }
    expect(Object.keys(fresh).toSorted()).toEqual(['kind', 'view']);
  });
});

describe('a state', () => {
  it('comes back from its bytes, and goes on', async () => {
    const lab = await aGroup(3);
    lab.settle = (_device, state) => {
      const bytes = lab.port.serialise(state);
      const back = lab.port.restore(bytes, lab.auth);
      expect(back.view).toEqual(state.view);
      expect(toHex(lab.port.serialise(back))).toBe(toHex(bytes));
      return back;
    };
    for (const id of lab.members.keys()) await lab.update(id);
    expect(new Set(lab.log.map(({ epochKey }) => toHex(epochKey))).size).toBe(5);
  });

  it('is a value: a lost race leaves it as it was', async () => {
    const lab = await aGroup(3);
    const [rosa, omar] = [...lab.members.keys()];
    if (rosa === undefined || omar === undefined) throw new Error('nobody');
    const state = lab.stateOf(rosa);
    const before = toHex(lab.port.serialise(state));
    for (let at = 0; at < 3; at += 1) await lab.port.update(state, lab.context());
    expect(toHex(lab.port.serialise(state))).toBe(before);
    const won = await lab.update(omar);
    const again = await lab.port.process(state, won.commit, won.expected);
    expect(again.kind).toBe('epoch');
    expect(toHex(lab.port.serialise(state))).toBe(before);
  });

  it('keeps nothing of earlier epochs, and nothing that gives the key of its own', async () => {
    const lab = await aGroup(4);
    const ids = [...lab.members.keys()];
    const old: string[] = [];
    for (const id of ids) {
      const { keySchedule, privatePath } = innerOf(lab.stateOf(id));
      expect(keySchedule.exporterSecret).toHaveLength(0);
      old.push(toHex(keySchedule.initSecret), toHex(keySchedule.externalSecret));
      old.push(toHex(privatePath.privateKeys[2 * privatePath.leafIndex] ?? new Uint8Array()));
    }
    for (const id of ids) await lab.update(id);
    for (const id of ids) {
      const state = lab.stateOf(id);
      const bytes = toHex(lab.port.serialise(state));
      expect(old.filter((secret) => secret.length > 0 && bytes.includes(secret))).toEqual([]);
      expect(lab.log.filter(({ epochKey }) => bytes.includes(toHex(epochKey)))).toEqual([]);
      expect(innerOf(state).historicalReceiverData.size).toBe(0);
      expect(innerOf(state).secretTree).toEqual([]);
    }
  });

  it('has keys of nodes that are in the tree, and they are the keys of those nodes', async () => {
    const lab = await aGroup(6);
    const ids = [...lab.members.keys()];
    const [first, second, third] = ids;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('nobody');
    await lab.remove(first, [second, third]);
    for (const state of lab.members.values()) {
      const { ratchetTree, privatePath } = innerOf(state);
      for (const [node, key] of Object.entries(privatePath.privateKeys)) {
        const there = ratchetTree[Number(node)];
        const publicKey =
          there?.nodeType === 'leaf' ? there.leaf.hpkePublicKey : there?.parent.hpkePublicKey;
        expect(sodium.crypto_scalarmult_base(key)).toEqual(publicKey);
      }
    }
  });
});

describe('bytes that are no state', () => {
  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['another version', (bytes) => flipBit(bytes, 0)],
    ['another suite', (bytes) => flipBit(bytes, 8)],
    ['a reserved byte', (bytes) => flipBit(bytes, 16)],
    ['a byte too many', (bytes) => concatBytes(bytes, Uint8Array.of(0))],
    ['a byte too few', (bytes) => bytes.subarray(0, -1)],
    ['nothing', () => new Uint8Array()],
    ['a head alone', (bytes) => bytes.subarray(0, 20)],
  ])('are refused: %s', async (_what, change) => {
    const lab = await aGroup(2);
    const bytes = lab.port.serialise(lab.stateOf(lab.author));
    expect(refusalOf(() => lab.port.restore(change(bytes), lab.auth))).toBe('group.malformed');
  });

  it('never make anything but an error of the port', async () => {
    const lab = await aGroup(2);
    const bytes = lab.port.serialise(lab.stateOf(lab.author));
    for (let byte = 0; byte < bytes.length; byte += 3) {
      const changed = flipBit(bytes, 8 * byte + (byte % 8));
      // Any other error passes through, and the test fails.
      expect(typeof refusalOf(() => lab.port.restore(changed, lab.auth))).toBe('string');
    }
  });
});

describe('limits', () => {
  const leaf = (at: number): RosterLeaf => ({
    leaf: at,
    deviceId: newRandomId<DeviceId>(random),
    personId: newRandomId<PersonId>(random),
    signKey: random.bytes(32),
  });
  const roster = (length: number) => Array.from({ length }, (_, at) => leaf(at));
  const certified = () => 'certified' as const;

  it('are 100 devices, for who is there and for who joins', async () => {
    const lab = await aGroup(2);
    const joined = await lab.join(lab.device());
    const facts: CommitFacts = lab.port.inspect(joined.commit);
    const { view } = lab.stateOf(lab.author);
    const before = (devices: number) => ({
      view: { ...view, epoch: facts.epoch, roster: roster(devices) },
      auth: certified,
    });
    const join = (devices: number) =>
      refusalOf(() => assertStated(facts, before(devices), joined.expected));
    expect(join(THREAD_LIMITS.devices - 1)).toBe('accepted');
    expect(join(THREAD_LIMITS.devices)).toBe('devices');
    const device = lab.secretsOf(lab.author);
    const may = (devices: number) => {
      const pack = { roster: roster(devices), ownLeaf: null };
      return refusalOf(() => assertMayJoin(pack, false, { device, auth: certified }));
    };
    expect(may(THREAD_LIMITS.devices - 1)).toBe('accepted');
    expect(may(THREAD_LIMITS.devices)).toBe('devices');
  });

  it('are 20 removals, of others, each once, of leaves that are there', async () => {
    const lab = await aGroup(4);
    const state = lab.stateOf(lab.author);
    const remove = (leaves: readonly number[]) => lab.port.remove(state, leaves, lab.context());
    for (const [leaves, code] of [
      [[], 'group.shape'],
      [[0, 0], 'group.shape'],
      [[9], 'group.shape'],
      [[state.view.ownLeaf], 'group.own-removal'],
      [
        Array.from({ length: THREAD_LIMITS.removalsPerCommit + 1 }, (_, at) => at + 4),
        'group.limit',
      ],
    ] as const) {
      await expect(remove(leaves)).rejects.toMatchObject({ code });
    }
    const pending = await remove([0, 1, 2]);
    expect(pending.next.view.roster).toHaveLength(1);
  });
});

describe('a tree that no commit of the profile makes', () => {
  it.each<
    [
      string,
      (
        tree: ReturnType<typeof innerOf>['ratchetTree'],
      ) => ReturnType<typeof innerOf>['ratchetTree'],
    ]
  >([
    ['places', ([first, ...rest]) => [undefined, first, ...rest.slice(1)]],
    ['twice', ([first, ...rest]) => [first, undefined, first, ...rest.slice(2)]],
    [
      'leaf',
      ([first, ...rest]) => [
        first?.nodeType === 'leaf'
          ? {
              ...first,
              leaf: {
                ...first.leaf,
                extensions: [{ extensionType: 7, extensionData: new Uint8Array() }],
              },
            }
          : first,
        ...rest,
      ],
    ],
    [
      'leaf',
      ([first, ...rest]) => [
        first?.nodeType === 'leaf'
          ? {
              ...first,
              leaf: {
                ...first.leaf,
                capabilities: { ...first.leaf.capabilities, ciphersuites: [GROUP_SUITES.xWing] },
              },
            }
          : first,
        ...rest,
      ],
    ],
    [
      'unmerged',
      ([first, root, ...rest]) => [
        first,
        root?.nodeType === 'parent'
          ? { ...root, parent: { ...root.parent, unmergedLeaves: [1] } }
          : root,
        ...rest,
      ],
    ],
  ])('is refused: %s', async (rule, change) => {
    const lab = await aGroup(2);
    const { ratchetTree } = innerOf(lab.stateOf(lab.author));
    expect(rosterOf(ratchetTree, suite)).toHaveLength(2);
    expect(refusalOf(() => rosterOf(change(ratchetTree), suite))).toBe(rule);
  });
});
