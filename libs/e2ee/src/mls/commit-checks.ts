import {
  isSameContext,
  THREAD_LIMITS,
  type CommitFacts,
  type LeafIdentity,
} from '@enlace/contracts';
import { equalBytes, type DeviceId } from '@enlace/kernel';

import { GroupError, type GroupErrorCode } from './group-error.js';
import type { ExpectedCommit } from './group-port.js';
import type { GroupView, HeldGroup, CredentialCheck } from './group-state.js';

/** What is compared before a commit is applied: all of what the entry says but the new key and the new roster. */
export type StatedCommit = Pick<ExpectedCommit, 'deviceId' | 'epoch' | 'context'>;

/** Checks B2 to B5 of protocol.md, section 3.4, on what the bytes say. */
export function assertStated(
  facts: CommitFacts,
  { view, auth }: Pick<HeldGroup, 'view' | 'auth'>,
  stated: StatedCommit,
): void {
  assertRule(facts.threadId === view.threadId, 'group.place', 'thread');
  assertRule(facts.incarnation === view.incarnation, 'group.place', 'incarnation');
  assertRule(facts.epoch === view.epoch && facts.epoch === stated.epoch, 'group.place', 'epoch');
  assertRule(facts.suite === view.suite, 'group.shape', 'suite');
  assertRule(facts.pathLeaf.deviceId === stated.deviceId, 'group.sender', 'device');
  if (facts.senderLeaf === null) assertJoiner(facts, view);
  else assertMember(facts, view);
  assertRule(isSameContext(facts.context, stated.context), 'group.context', 'context');
  assertUnrevoked(auth, facts.pathLeaf);
}

function assertMember(facts: CommitFacts, view: GroupView): void {
  const author = view.roster.find(({ leaf }) => leaf === facts.senderLeaf);
  assertRule(author !== undefined && isSameLeaf(author, facts.pathLeaf), 'group.sender', 'leaf');
  const leaves = new Set(view.roster.map(({ leaf }) => leaf));
  assertRule(
    facts.removedLeaves.every((leaf) => leaves.has(leaf)),
    'group.shape',
    'blank-leaf',
  );
}

/** The library lets an external commit remove any leaf; here it is the joiner's own, or none. */
function assertJoiner(facts: CommitFacts, view: GroupView): void {
  const own = view.roster.filter(
    ({ deviceId, signKey }) =>
      deviceId === facts.pathLeaf.deviceId || equalBytes(signKey, facts.pathLeaf.signKey),
  );
  const [old] = own;
  const isAlone = facts.removedLeaves.every((leaf) => leaf === old?.leaf);
  assertRule(isAlone && own.length === facts.removedLeaves.length, 'group.own-leaf', 'own-leaf');
  if (old !== undefined) assertRule(isSameLeaf(old, facts.pathLeaf), 'group.sender', 'leaf');
  const after = view.roster.length - own.length + 1;
  assertRule(after <= THREAD_LIMITS.devices, 'group.limit', 'devices');
}

/** Whoever joins or commits must be certified at this moment; who only stands in the tree may be revoked since. */
export function assertUnrevoked(auth: CredentialCheck, leaf: LeafIdentity): void {
  const verdict = auth(leaf);
  assertRule(verdict === 'certified', 'group.credential', verdict);
}

/** The group that a commit starts from; a joiner does not know the key of that epoch by name. */
export interface GroupBefore {
  readonly view: GroupView;
  readonly epochKeyId: Uint8Array | null;
}

/** Checks A1, A2, A3, A4 and A6 of the same section, on the group that a commit led to. */
export function assertOutcome(
  before: GroupBefore,
  after: HeldGroup,
  { facts, devices }: { readonly facts: CommitFacts; readonly devices: ReadonlySet<DeviceId> },
): void {
  assertRule(after.view.epoch === before.view.epoch + 1, 'group.place', 'next-epoch');
  assertSurvivors(before.view, after.view, facts);
  const found = after.view.roster.map(({ deviceId }) => deviceId);
  const isExpected = found.length === devices.size && found.every((id) => devices.has(id));
  assertRule(isExpected, 'group.roster', 'devices');
  const { state, view, auth } = after;
  assertRule(
    view.roster.every((leaf) => auth(leaf) !== 'refused'),
    'group.credential',
    'refused',
  );
  const isNewKey = before.epochKeyId === null || !equalBytes(after.epochKeyId, before.epochKeyId);
  assertRule(isNewKey, 'group.epoch-key', 'unchanged');
  const isSettled =
    state.groupActiveState.kind === 'active' && Object.keys(state.unappliedProposals).length === 0;
  assertRule(isSettled, 'group.shape', 'unapplied');
}

function assertSurvivors(before: GroupView, after: GroupView, facts: CommitFacts): void {
  const removed = new Set(facts.removedLeaves);
  const survivors = before.roster.filter(({ leaf }) => !removed.has(leaf));
  const unchanged = survivors.filter((old) =>
    after.roster.some((leaf) => leaf.leaf === old.leaf && isSameLeaf(leaf, old)),
  );
  assertRule(unchanged.length === survivors.length, 'group.roster', 'survivors');
  const joined = facts.senderLeaf === null ? 1 : 0;
  assertRule(after.roster.length === survivors.length + joined, 'group.roster', 'count');
}

export function isSameLeaf(a: LeafIdentity, b: LeafIdentity): boolean {
  return a.deviceId === b.deviceId && a.personId === b.personId && equalBytes(a.signKey, b.signKey);
}

export function assertRule(holds: boolean, code: GroupErrorCode, rule: string): void {
  if (!holds) throw new GroupError(code, `the group refuses: ${rule}`, { facts: { rule } });
}
