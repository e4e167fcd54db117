import type { CommitContext, SuiteName } from '@enlace/contracts';
import { equalBytes, type Random } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { assertOutcome, assertRule, assertStated, assertUnrevoked } from './commit-checks.js';
import { readCommit, readGroup, writeGroup, writeMessage } from './group-bytes.js';
import { beginEpoch } from './group-epoch.js';
import { guarded } from './group-error.js';
import type { CommitOutcome, ExpectedCommit, GroupPort } from './group-port.js';
import {
  heldBy,
  heldByState,
  holdFresh,
  holdState,
  takeKey,
  type FreshGroup,
  type GroupState,
  type HeldGroup,
  type CredentialCheck,
} from './group-state.js';
import {
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  processPublicMessage,
  unprotectPublicMessage,
  type CiphersuiteImpl,
  type PublicMessage,
} from './library.js';
import { openPackage } from './join-package.js';
import { commitAsJoiner, commitAsMember, keyPackageOf } from './own-commits.js';
import { clientConfigOf, groupIdOf } from './profile.js';
import { suiteProvider } from './provider/provider.js';

/** No commit of the profile names a pre-shared key. */
const NO_PSKS = { findPsk: () => undefined };

/** The port of groups over `ts-mls`, with primitives of libsodium and this randomness. */
export function mlsPort(random: Random): GroupPort {
  return new MlsPort(random);
}

class MlsPort implements GroupPort {
  constructor(private readonly random: Random) {}

  async create({
    threadId,
    incarnation,
    suite,
    device,
    auth,
  }: Parameters<GroupPort['create']>[0]): Promise<FreshGroup> {
    assertUnrevoked(auth, { ...device, signKey: publicKeyOf(device.signSeed) });
    const cs = this.suite(suite);
    const { publicPackage, privatePackage } = await keyPackageOf(device, suite, cs);
    const groupId = groupIdOf(threadId, incarnation);
    const state = await guarded('creation', async () =>
      createGroup(groupId, publicPackage, privatePackage, [], cs, clientConfigOf(auth)),
    );
    const { group, epochKey } = await beginEpoch(state, auth, cs);
    return holdFresh(group, epochKey);
  }

  async rosterOf({ groupInfo, device, expected, auth }: Parameters<GroupPort['rosterOf']>[0]) {
    const { roster } = await openPackage(groupInfo, expected, { device, auth });
    return roster;
  }

  judgedBy(state: GroupState, auth: CredentialCheck): GroupState {
    const group = heldByState(state);
    const clientConfig = clientConfigOf(auth);
    return holdState({ ...group, auth, state: { ...group.state, clientConfig } });
  }

  inspect(commit: Uint8Array) {
    return readCommit(commit).facts;
  }

  async update(state: GroupState, context: CommitContext) {
    const group = heldByState(state);
    return commitAsMember(group, { leaves: [], context }, this.suite(group.view.suite));
  }

  async remove(state: GroupState, leaves: readonly number[], context: CommitContext) {
    const group = heldByState(state);
    assertRule(leaves.length > 0, 'group.shape', 'leaves');
    return commitAsMember(group, { leaves, context }, this.suite(group.view.suite));
  }

  async joinExternal(input: Parameters<GroupPort['joinExternal']>[0]) {
    return commitAsJoiner(input, this.suite(input.expected.suite));
  }

  // Attacker-controlled: the bytes, by the server and by the author. Nothing of the library sees them before B1 to B5.
  async process(
    state: GroupState,
    commit: Uint8Array,
    expected: ExpectedCommit,
  ): Promise<CommitOutcome> {
    const group = heldByState(state);
    const { facts, message } = readCommit(commit);
    assertStated(facts, group, expected);
    const cs = this.suite(group.view.suite);
    if (facts.removedLeaves.includes(group.view.ownLeaf)) {
      await assertAuthentic(group, message, cs);
      return { kind: 'removed' };
    }
    const { newState } = await guarded('commit', async () =>
      processPublicMessage(group.state, message, NO_PSKS, cs),
    );
    const next = await beginEpoch(newState, group.auth, cs);
    assertOutcome(group, next.group, { facts, devices: expected.devices });
    const isStated = equalBytes(next.group.epochKeyId, expected.epochKeyId);
    assertRule(isStated, 'group.epoch-key', 'stated');
    return { kind: 'epoch', next: holdFresh(next.group, next.epochKey) };
  }

  async exportSecret(fresh: FreshGroup) {
    const group = heldBy(fresh);
    return { epochKey: takeKey(fresh), state: holdState(group) };
  }

  async groupInfo(fresh: FreshGroup): Promise<Uint8Array> {
    const { state, view } = heldBy(fresh);
    const groupInfo = await guarded('group information', async () =>
      createGroupInfoWithExternalPubAndRatchetTree(state, [], this.suite(view.suite)),
    );
    return writeMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
  }

  serialise(state: GroupState): Uint8Array {
    return writeGroup(heldByState(state));
  }

  restore(bytes: Uint8Array, auth: CredentialCheck): GroupState {
    return holdState(readGroup(bytes, auth));
  }

  private suite(name: SuiteName): CiphersuiteImpl {
    return suiteProvider(name, this.random);
  }
}

/**
 * Whoever is removed cannot follow the path, so the commit's signature and, of a member, its tag are all that there is
 * to verify. The library would fail on an external commit that removes its reader.
 */
async function assertAuthentic(
  { state }: HeldGroup,
  message: PublicMessage,
  cs: CiphersuiteImpl,
): Promise<void> {
  const { keySchedule, groupContext, ratchetTree } = state;
  await guarded('signature of a removal', async () =>
    unprotectPublicMessage(keySchedule.membershipKey, groupContext, ratchetTree, message, cs),
  );
}
