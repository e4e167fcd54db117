import type { CommitContext, SuiteName } from '@enlace/contracts';
import {
  epochKeyId,
  mlsPort,
  type CredentialCheck,
  type DeviceSecrets,
  type ExpectedCommit,
  type ExpectedGroup,
  type GroupPort,
  type GroupState,
  type PendingCommit,
} from '@enlace/e2ee';
import {
  equalBytes,
  newRandomId,
  type DeviceId,
  type PersonId,
  type Random,
  type ThreadId,
} from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

/** A commit that every member has applied, as the log would hold it. */
export interface LabCommit {
  readonly commit: Uint8Array;
  readonly expected: ExpectedCommit;
  readonly epochKey: Uint8Array;
}

/** A pending commit, and what it is bound to. */
interface Made {
  readonly context: CommitContext;
  readonly pending: PendingCommit;
  readonly removed?: readonly DeviceId[];
}

/**
 * The members of one group and the log between them, without a server: each commit goes to everybody, and all must have
 * the same key after it. Who is in the group is kept here, apart from any tree.
 */
export class GroupLab {
  readonly port: GroupPort;
  readonly threadId: ThreadId;
  readonly devices = new Map<DeviceId, DeviceSecrets>();
  readonly revoked = new Set<DeviceId>();
  readonly members = new Map<DeviceId, GroupState>();
  readonly log: LabCommit[] = [];
  /** The package of the epoch, and who made it. */
  groupInfo = new Uint8Array();
  author: DeviceId;
  epochKey = new Uint8Array();
  /** Called with each state that a member comes to; what it returns is what the member goes on with. */
  settle: (device: DeviceId, state: GroupState) => GroupState = (_device, state) => state;

  private constructor(
    readonly suite: SuiteName,
    private readonly random: Random,
  ) {
    this.port = mlsPort(random);
    this.threadId = newRandomId<ThreadId>(random);
    this.author = this.device().deviceId;
  }

  /** A group of one device, epoch 0. */
  static async found(suite: SuiteName, random: Random): Promise<GroupLab> {
    const lab = new GroupLab(suite, random);
    const { threadId, auth } = lab;
    const device = lab.secretsOf(lab.author);
    const fresh = await lab.port.create({ threadId, incarnation: 0, suite, device, auth });
    lab.groupInfo = Uint8Array.from(await lab.port.groupInfo(fresh));
    const { epochKey, state } = await lab.port.exportSecret(fresh);
    lab.epochKey = Uint8Array.from(epochKey);
    lab.members.set(lab.author, lab.settle(lab.author, state));
    return lab;
  }

  /** A certified device, of a new person when none is given. */
  device(personId: PersonId = newRandomId<PersonId>(this.random)): DeviceSecrets {
    const deviceId = newRandomId<DeviceId>(this.random);
    const device = { deviceId, personId, signSeed: this.random.bytes(32) };
    this.devices.set(deviceId, device);
    return device;
  }

  readonly auth: CredentialCheck = ({ deviceId, personId, signKey }) => {
    const device = this.devices.get(deviceId);
    const isCertified =
      device?.personId === personId && equalBytes(publicKeyOf(device.signSeed), signKey);
    if (!isCertified) return 'refused';
    return this.revoked.has(deviceId) ? 'revoked' : 'certified';
  };

  secretsOf(deviceId: DeviceId): DeviceSecrets {
    const device = this.devices.get(deviceId);
    if (device === undefined) throw new Error('no such device');
    return device;
  }

  stateOf(deviceId: DeviceId): GroupState {
    const state = this.members.get(deviceId);
    if (state === undefined) throw new Error('no such member');
    return state;
  }

  leafOf(deviceId: DeviceId): number {
    const [state] = this.members.values();
    const leaf = state?.view.roster.find((entry) => entry.deviceId === deviceId);
    if (leaf === undefined) throw new Error('no such leaf');
    return leaf.leaf;
  }

  context(): CommitContext {
    const [changesHash, stateHash, seenChain] = [1, 2, 3].map(() => this.random.bytes(32));
    if (!changesHash || !stateHash || !seenChain) throw new Error('unreachable');
    return { changesHash, stateHash, seenSeq: this.log.length, seenChain };
  }

  /** What a joiner knows from the log. */
  expectedGroup(): ExpectedGroup {
    const persons = [...this.members.keys()].map((id) => this.secretsOf(id).personId);
    return {
      threadId: this.threadId,
      incarnation: 0,
      epoch: this.stateOf(this.author).view.epoch,
      suite: this.suite,
      author: this.author,
      persons: new Set(persons),
    };
  }

  async update(by: DeviceId): Promise<LabCommit> {
    const context = this.context();
    const pending = await this.port.update(this.stateOf(by), context);
    return this.spread(by, { context, pending });
  }

  async remove(by: DeviceId, removed: readonly DeviceId[]): Promise<LabCommit> {
    const context = this.context();
    const leaves = removed.map((deviceId) => this.leafOf(deviceId));
    const pending = await this.port.remove(this.stateOf(by), leaves, context);
    return this.spread(by, { context, pending, removed });
  }

  /** A join, or a rejoin of a device that has a leaf. */
  async join(device: DeviceSecrets): Promise<LabCommit> {
    const context = this.context();
    const { groupInfo, auth } = this;
    const replacesOwnLeaf = this.members.has(device.deviceId);
    const expected = this.expectedGroup();
    const input = { groupInfo, device, replacesOwnLeaf, expected, context, auth };
    const pending = await this.port.joinExternal(input);
    return this.spread(device.deviceId, { context, pending });
  }

  /** What the entry of a pending commit of ours would say, and what its author goes on with. */
  async accept(
    by: DeviceId,
    { context, pending, removed = [] }: Made,
  ): Promise<LabCommit & { readonly state: GroupState; readonly groupInfo: Uint8Array }> {
    const groupInfo = await this.port.groupInfo(pending.next);
    const { epochKey, state } = await this.port.exportSecret(pending.next);
    const stay = [...this.members.keys()].filter((id) => !removed.includes(id));
    const expected = {
      deviceId: by,
      epoch: pending.newEpoch - 1,
      context,
      epochKeyId: epochKeyId(epochKey, state.view),
      devices: new Set([...stay, by]),
    };
    return { commit: pending.commit, expected, epochKey, state, groupInfo };
  }

  private async spread(by: DeviceId, made: Made): Promise<LabCommit> {
    const { state, groupInfo, ...entry } = await this.accept(by, made);
    for (const [deviceId, before] of this.members) {
      if (deviceId === by) continue;
      const outcome = await this.port.process(before, entry.commit, entry.expected);
      if ((outcome.kind === 'removed') !== (made.removed ?? []).includes(deviceId)) {
        throw new Error('a member is told wrongly whether it was removed');
      }
      if (outcome.kind === 'removed') {
        this.members.delete(deviceId);
        continue;
      }
      const exported = await this.port.exportSecret(outcome.next);
      if (!equalBytes(exported.epochKey, entry.epochKey)) throw new Error('epoch keys differ');
      this.members.set(deviceId, this.settle(deviceId, exported.state));
    }
    this.members.set(by, this.settle(by, state));
    this.author = by;
    this.groupInfo = Uint8Array.from(groupInfo);
    this.epochKey = Uint8Array.from(entry.epochKey);
    this.log.push(entry);
    return entry;
  }
}
