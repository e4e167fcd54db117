import {
  encodeCommitContext,
  THREAD_LIMITS,
  type CommitContext,
  type SuiteName,
} from '@enlace/contracts';
import type { DeviceId } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { assertOutcome, assertRule, assertStated, type GroupBefore } from './commit-checks.js';
import { readCommit, writeMessage } from './group-bytes.js';
import { beginEpoch } from './group-epoch.js';
import { GroupError, guarded } from './group-error.js';
import type { DeviceSecrets, GroupPort, PendingCommit } from './group-port.js';
import { holdFresh, type HeldGroup, type CredentialCheck } from './group-state.js';
import { assertMayJoin, openPackage } from './join-package.js';
import {
  createCommit,
  generateKeyPackageWithKey,
  joinGroupExternal,
  type CiphersuiteImpl,
  type ClientState,
} from './library.js';
import { capabilitiesOf, clientConfigOf, credentialOf, LEAF_LIFETIME } from './profile.js';

/** What the library makes a leaf of: the public part for the tree, the private one for the state. */
export async function keyPackageOf(device: DeviceSecrets, suite: SuiteName, cs: CiphersuiteImpl) {
  // A copy: the state outlives what the caller does with its seed.
  const signKey = Uint8Array.from(device.signSeed);
  return generateKeyPackageWithKey(
    credentialOf(device),
    capabilitiesOf(suite),
    LEAF_LIFETIME,
    [],
    { signKey, publicKey: publicKeyOf(signKey) },
    cs,
  );
}

/** An update, or the removal of leaves, by a member. */
export async function commitAsMember(
  group: HeldGroup,
  { leaves, context }: { readonly leaves: readonly number[]; readonly context: CommitContext },
  cs: CiphersuiteImpl,
): Promise<PendingCommit> {
  assertRemovable(group, leaves);
  const isAlone = leaves.length === group.view.roster.length - 1;
  const state = isAlone ? withFreshInit(group.state, cs) : group.state;
  const { newState, commit } = await guarded('commit', async () =>
    createCommit(
      { state, cipherSuite: cs },
      {
        wireAsPublicMessage: true,
        authenticatedData: encodeCommitContext(context),
        extraProposals: leaves.map((removed) => ({ proposalType: 'remove', remove: { removed } })),
      },
    ),
  );
  const own = group.view.roster.find(({ leaf }) => leaf === group.view.ownLeaf);
  if (own === undefined) throw new GroupError('group.own-leaf', 'the own leaf is not in the tree');
  const made = { bytes: writeMessage(commit), state: newState, deviceId: own.deviceId, context };
  return checkedCommit(group, made, cs);
}

/**
 * Whoever stays alone has no path to send, and then the library (1.6.4) takes zeros for the commit secret, where RFC
 * 9420, section 7.4 takes one from the leaf: those just removed would derive the next key from the last one. The init
 * secret is the other input, and nobody else will ever need it: a fresh one closes the epoch to all but its author.
 */
function withFreshInit(state: ClientState, cs: CiphersuiteImpl): ClientState {
  const initSecret = cs.rng.randomBytes(cs.kdf.size);
  return { ...state, keySchedule: { ...state.keySchedule, initSecret } };
}

/** The same for a device that replaces the only leaf of a group: what it sends to the old epoch is not what it uses. */
function withUnsentInit(cs: CiphersuiteImpl): CiphersuiteImpl {
  const exportSecret: CiphersuiteImpl['hpke']['exportSecret'] = async (...args) => {
    const { enc } = await cs.hpke.exportSecret(...args);
    return { enc, secret: cs.rng.randomBytes(cs.kdf.size) };
  };
  return { ...cs, hpke: { ...cs.hpke, exportSecret } };
}

function assertRemovable({ view }: HeldGroup, leaves: readonly number[]): void {
  assertRule(!leaves.includes(view.ownLeaf), 'group.own-removal', 'own-removal');
  assertRule(leaves.length <= THREAD_LIMITS.removalsPerCommit, 'group.limit', 'removals');
  const known = new Set(view.roster.map(({ leaf }) => leaf));
  const areLeaves = leaves.every((leaf) => known.has(leaf));
  assertRule(areLeaves && new Set(leaves).size === leaves.length, 'group.shape', 'leaves');
}

/** A join, or a rejoin, by External Commit (RFC 9420, section 12.4.3.2). */
export async function commitAsJoiner(
  {
    groupInfo,
    device,
    replacesOwnLeaf,
    expected,
    ...rest
  }: Parameters<GroupPort['joinExternal']>[0],
  cs: CiphersuiteImpl,
): Promise<PendingCommit> {
  const { auth, context } = rest;
  const joining = await openPackage(groupInfo, expected, { device, auth });
  assertMayJoin(joining, replacesOwnLeaf, { device, auth });
  const { publicPackage, privatePackage } = await keyPackageOf(device, expected.suite, cs);
  const isAlone = replacesOwnLeaf && joining.roster.length === 1;
  const { publicMessage, newState } = await guarded('join', async () =>
    joinGroupExternal(
      joining.info,
      publicPackage,
      privatePackage,
      replacesOwnLeaf,
      isAlone ? withUnsentInit(cs) : cs,
      undefined,
      clientConfigOf(auth),
      encodeCommitContext(context),
    ),
  );
  const bytes = writeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage });
  const { threadId, incarnation, epoch, suite } = expected;
  // Until it has a leaf the joiner stands nowhere: -1 is no index of a leaf.
  const view = { threadId, incarnation, epoch, suite, ownLeaf: -1, roster: joining.roster };
  const made = { bytes, state: newState, deviceId: device.deviceId, context };
  return checkedCommit({ view, auth, epochKeyId: null }, made, cs);
}

/** The same checks run on one's own commit as on one of somebody else (protocol.md, section 3.4). */
async function checkedCommit(
  before: GroupBefore & { readonly auth: CredentialCheck },
  made: {
    readonly bytes: Uint8Array;
    readonly state: ClientState;
    readonly deviceId: DeviceId;
    readonly context: CommitContext;
  },
  cs: CiphersuiteImpl,
): Promise<PendingCommit> {
  const { facts } = readCommit(made.bytes);
  const { deviceId, context } = made;
  assertStated(facts, before, { deviceId, epoch: before.view.epoch, context });
  const { group, epochKey } = await beginEpoch(made.state, before.auth, cs);
  const stay = before.view.roster.filter(({ leaf }) => !facts.removedLeaves.includes(leaf));
  const devices = new Set([...stay.map((leaf) => leaf.deviceId), deviceId]);
  assertOutcome(before, group, { facts, devices });
  return { commit: made.bytes, next: holdFresh(group, epochKey), newEpoch: group.view.epoch };
}
