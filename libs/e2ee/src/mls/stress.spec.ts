import { beforeAll, describe, expect, it } from '@jest/globals';
import { decryptWithLabel } from 'ts-mls/crypto/hpke.js';
import { encodeGroupContext } from 'ts-mls/groupContext.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';

import { GROUP_SUITES, type SuiteName } from '@enlace/contracts';
import { isDomainError, systemRandom, toHex, type DeviceId } from '@enlace/kernel';
import { GroupLab, SeededRandom, type LabCommit } from '@enlace/testing';

import { cryptoReady, sodium } from '../sodium.js';
import { readMessage } from './group-bytes.js';
import { heldBy, type GroupState } from './group-state.js';
import type { ClientState } from './library.js';
import { suiteProvider } from './provider/provider.js';

const OPERATIONS = 120;
const SEEDS = process.env['SLOW'] === '1' ? 20 : 3;
const MOST_DEVICES = 17;

beforeAll(cryptoReady);

const suites = Object.values(GROUP_SUITES);
const innerOf = (state: GroupState): ClientState => heldBy(state).state;

function publicKeyOfNode(suite: SuiteName, privateKey: Uint8Array): string {
  const key =
    suite === GROUP_SUITES.xWing
      ? sodium.crypto_kem_xwing_seed_keypair(privateKey).publicKey
      : sodium.crypto_scalarmult_base(privateKey);
  return toHex(sodium.crypto_hash_sha256(key));
}

/** The public keys of all nodes of a tree, by their hashes. */
function keysOfTree(state: GroupState): readonly string[] {
  return innerOf(state).ratchetTree.flatMap((node) => {
    if (node === undefined) return [];
    const key = node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
    return toHex(sodium.crypto_hash_sha256(key));
  });
}

const secretsOfEpoch = (state: GroupState): readonly string[] =>
  Object.values<Uint8Array>({ ...innerOf(state).keySchedule })
    .filter((secret) => secret.length > 0)
    .map((secret) => toHex(secret));

/** What an epoch must keep from those who left. */
interface EpochFacts {
  readonly secrets: readonly string[];
  readonly nodeKeys: readonly string[];
}

const factsOf = (state: GroupState): EpochFacts => ({
  secrets: secretsOfEpoch(state),
  nodeKeys: keysOfTree(state),
});

/** All that a device could have copied out of itself, from every state that it was ever in. */
class Recording {
  readonly states: GroupState[] = [];
  private readonly secrets = new Set<string>();
  private readonly privateKeys = new Map<string, Uint8Array>();
  private readonly publicKeys = new Set<string>();

  constructor(private readonly suite: SuiteName) {}

  add(state: GroupState): void {
    this.states.push(state);
    for (const secret of secretsOfEpoch(state)) this.secrets.add(secret);
    for (const key of Object.values(innerOf(state).privatePath.privateKeys)) {
      if (this.privateKeys.has(toHex(key))) continue;
      this.privateKeys.set(toHex(key), key);
      this.publicKeys.add(publicKeyOfNode(this.suite, key));
    }
  }

  /** What of a later epoch it knows: a secret of the epoch, or the private key of a node that is sent to. */
  knownOf({ secrets, nodeKeys }: EpochFacts): readonly string[] {
    const known = secrets.filter((secret) => this.secrets.has(secret));
    return [...known, ...nodeKeys.filter((key) => this.publicKeys.has(key))];
  }

  /** Tries each of its keys on each ciphertext of a commit: how many open. */
  async openedOf(commit: LabCommit, [before, after]: readonly [GroupState, GroupState]) {
    const { hpke } = suiteProvider(this.suite, systemRandom);
    const message = readMessage(commit.commit);
    if (message.wireformat !== 'mls_public_message') throw new Error('not public');
    const { content } = message.publicMessage;
    if (content.contentType !== 'commit') throw new Error('not a commit');
    const { treeHash, epoch } = innerOf(after).groupContext;
    const context = encodeGroupContext({ ...innerOf(before).groupContext, treeHash, epoch });
    let opened = 0;
    for (const { kemOutput, ciphertext } of content.commit.path?.nodes.flatMap(
      (node) => node.encryptedPathSecret,
    ) ?? []) {
      for (const bytes of this.privateKeys.values()) {
        const key = await hpke.importPrivateKey(bytes);
        const args = ['UpdatePathNode', context, kemOutput, ciphertext, hpke] as const;
        opened += await decryptWithLabel(key, ...args).then(
          () => 1,
          () => 0,
        );
      }
    }
    return opened;
  }

  /**
   * The key schedule of the next epoch from what it knows of the last one, as if the commit had no path: so it was
   * found in versions of the library before 1.6.4.
   */
  async guessesOf(after: GroupState): Promise<boolean> {
    const { kdf } = suiteProvider(this.suite, systemRandom);
    const zeros = new Uint8Array(kdf.size);
    const { groupContext, keySchedule } = innerOf(after);
    for (const state of this.states.slice(-2)) {
      const { initSecret } = innerOf(state).keySchedule;
      const guess = await initializeEpoch(initSecret, zeros, groupContext, zeros, kdf);
      if (toHex(guess.keySchedule.initSecret) === toHex(keySchedule.initSecret)) return true;
    }
    return false;
  }
}

/** A lab in which every state of every device is recorded, and, now and then, written down and read again. */
async function recordedLab(suite: SuiteName, random: SeededRandom) {
  const recordings = new Map<DeviceId, Recording>();
  const lab = await GroupLab.found(suite, random);
  const record = (deviceId: DeviceId, state: GroupState): GroupState => {
    const recording = recordings.get(deviceId) ?? new Recording(suite);
    recordings.set(deviceId, recording);
    recording.add(state);
    if (random.number(4) > 0) return state;
    return lab.port.restore(lab.port.serialise(state), lab.auth);
  };
  lab.settle = record;
  lab.members.set(lab.author, record(lab.author, lab.stateOf(lab.author)));
  return { lab, recordings };
}

type Recorded = Awaited<ReturnType<typeof recordedLab>>;

/** One random operation; the name is for the message of a failure. */
async function operate({ lab }: Recorded, random: SeededRandom): Promise<string> {
  const members = [...lab.members.keys()];
  const by = random.pick(members);
  const chance = random.number(100);
  const canJoin = members.length < MOST_DEVICES;
  if (members.length === 1 || (chance < 40 && canJoin)) {
    // A device of somebody in the thread, of somebody new, or one that was removed and comes back.
    const left = [...lab.devices.values()].filter(({ deviceId }) => !lab.members.has(deviceId));
    const newcomer = [() => lab.device(), () => lab.device(lab.secretsOf(by).personId)];
    const make = random.pick(left.length > 0 ? [...newcomer, () => random.pick(left)] : newcomer);
    await lab.join(make());
    return 'join';
  }
  if (chance < 55) {
    await lab.join(lab.secretsOf(by));
    return 'rejoin';
  }
  if (chance < 75) {
    await lab.update(by);
    return 'update';
  }
  const others = members.filter((id) => id !== by);
  const byLeaf = others.toSorted((a, b) => lab.leafOf(a) - lab.leafOf(b));
  const first = byLeaf.slice(0, 1);
  const last = byLeaf.slice(-1);
  const own = others.filter((id) => lab.secretsOf(id).personId === lab.secretsOf(by).personId);
  const some = others.filter(() => random.number(3) === 0);
  const many = byLeaf.slice(0, 1 + random.number(byLeaf.length));
  const removed = random.pick([first, last, own, some, many].filter(({ length }) => length > 0));
  await lab.remove(by, removed);
  return `remove ${removed.length} of ${members.length}`;
}

async function stress(suite: SuiteName, seed: string): Promise<number> {
  const random = new SeededRandom(`${suite} ${seed}`);
  const recorded = await recordedLab(suite, random);
  const { lab, recordings } = recorded;
  for (let at = 0; at < OPERATIONS; at += 1) {
    const before = new Set(lab.members.keys());
    const done = await operate(recorded, random);
    const where = `seed ${seed}, operation ${at}: ${done}`;
    const survivor = lab.stateOf(lab.author);
    const epochFacts = factsOf(survivor);
    if (survivor.view.epoch !== at + 1) throw new Error(`${where}: epoch ${survivor.view.epoch}`);
    for (const [deviceId, recording] of recordings) {
      if (lab.members.has(deviceId)) continue;
      const known = recording.knownOf(epochFacts);
      if (known.length > 0) throw new Error(`${where}: a removed device knows ${known.length}`);
      if (before.has(deviceId) && (await recording.guessesOf(survivor))) {
        throw new Error(`${where}: a removed device derives the next epoch`);
      }
    }
  }
  return new Set(lab.log.map(({ epochKey }) => toHex(epochKey))).size;
}

describe.each(suites)('the port under stress, in %s', (suite) => {
  const base = process.env['STRESS_SEED'] ?? toHex(systemRandom.bytes(4));

  it.each(Array.from({ length: SEEDS }, (_, at) => `${base}-${at}`))(
    'keeps all members on one key, and removed devices out of it (seed %s)',
    async (seed) => {
      expect(await stress(suite, seed)).toBe(OPERATIONS);
    },
    300_000,
  );
});

describe.each(suites)('a removed device with all that it recorded, in %s', (suite) => {
  /** Six devices, the second and third of one person; leaf numbers are positions. */
  const sixDevices = async () => {
    const recorded = await recordedLab(suite, new SeededRandom(`removed ${suite}`));
    const { lab } = recorded;
    const first = lab.author;
    const own = lab.device(lab.secretsOf(first).personId);
    const joined = [own, lab.device(), lab.device(), lab.device(), lab.device()];
    for (const device of joined) await lab.join(device);
    for (const id of [first, own.deviceId]) await lab.update(id);
    return { ...recorded, ids: [first, ...joined.map(({ deviceId }) => deviceId)] };
  };
  const at = (ids: readonly DeviceId[], position: number): DeviceId => {
    const id = ids[position];
    if (id === undefined) throw new Error('no such device');
    return id;
  };

  it.each([
    ['of leaf 0', 5, [0]],
    ['of the last leaf', 0, [5]],
    ['two at once', 0, [2, 4]],
    ['an own device of the remover', 0, [1]],
    ['all others', 3, [0, 1, 2, 4, 5]],
  ] as const)('derives no later key: %s', async (_which, remover, positions) => {
    const { lab, recordings, ids } = await sixDevices();
    const by = at(ids, remover);
    const removed = positions.map((position) => at(ids, position));
    const seen: { commit: LabCommit; states: readonly [GroupState, GroupState] }[] = [];
    const note = async (done: Promise<LabCommit>) => {
      const before = lab.stateOf(by);
      const commit = await done;
      seen.push({ commit, states: [before, lab.stateOf(by)] });
    };
    await note(lab.remove(by, removed));
    // Open invitees beside: they come after the removal, one into the leaf that became free.
    await note(lab.join(lab.device()));
    await note(lab.update(by));
    await note(
      lab
        .remove(
          by,
          [lab.author].filter((id) => id !== by),
        )
        .catch(() => lab.update(by)),
    );
    for (const id of removed) {
      const recording = recordings.get(id);
      if (recording === undefined) throw new Error('not recorded');
      for (const { commit, states } of seen) {
        expect(await recording.openedOf(commit, states)).toBe(0);
        expect(await recording.guessesOf(states[1])).toBe(false);
        expect(recording.knownOf(factsOf(states[1]))).toEqual([]);
        // Its own client says the same: nothing that it recorded can apply what came after.
        for (const state of recording.states.slice(-2)) {
          const outcome = await lab.port
            .process(state, commit.commit, commit.expected)
            .then(({ kind }) => kind)
            .catch((error: unknown) => (isDomainError(error) ? 'refused' : error));
          expect(['removed', 'refused']).toContain(outcome);
        }
      }
    }
  });

  it('is told apart from a member, whose keys do open', async () => {
    const { lab, recordings, ids } = await sixDevices();
    const [first, second] = [at(ids, 0), at(ids, 1)];
    const before = lab.stateOf(first);
    const commit = await lab.update(second);
    const recording = recordings.get(first);
    expect(await recording?.openedOf(commit, [before, lab.stateOf(first)])).toBe(1);
    expect(recording?.knownOf(factsOf(lab.stateOf(second))).length).toBeGreaterThan(3);
  });
});
