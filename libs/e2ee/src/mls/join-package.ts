import { THREAD_LIMITS } from '@enlace/contracts';
import { equalBytes } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { assertRule, assertUnrevoked, isSameLeaf } from './commit-checks.js';
import { readMessage } from './group-bytes.js';
import { epochOf, groupOf, suiteOf } from './group-epoch.js';
import { GroupError, guarded } from './group-error.js';
import type { DeviceSecrets, ExpectedGroup } from './group-port.js';
import type { RosterLeaf, CredentialCheck } from './group-state.js';
import { ratchetTreeFromExtension, type GroupInfo } from './library.js';
import { rosterOf } from './profile.js';

/** What a joiner is about to join, checked against the log and the directory. */
export interface JoinPackage {
  readonly info: GroupInfo;
  readonly roster: readonly RosterLeaf[];
  readonly ownLeaf: RosterLeaf | null;
}

/**
 * Reads a GroupInfo and compares it with what the joiner knows (protocol.md, section 4.3). The library verifies
 * signature, tree hash and parent hashes when it joins.
 */
// Attacker-controlled: by any member of the epoch, since whoever has its key can make a package.
export async function openPackage(
  bytes: Uint8Array,
  expected: ExpectedGroup,
  { device, auth }: { readonly device: DeviceSecrets; readonly auth: CredentialCheck },
): Promise<JoinPackage> {
  const message = readMessage(bytes);
  if (message.wireformat !== 'mls_group_info') {
    throw new GroupError('group.malformed', 'not the information of a group');
  }
  const info = message.groupInfo;
  assertPlace(info, expected);
  const extensions = info.extensions.map(({ extensionType }) => extensionType);
  assertRule(extensions.join() === 'external_pub,ratchet_tree', 'group.shape', 'extensions');
  const tree = await guarded('tree', async () => ratchetTreeFromExtension(info));
  const roster = rosterOf(tree ?? [], expected.suite);
  assertRoster(roster, expected, auth);
  const author = roster.find(({ leaf }) => leaf === info.signer);
  assertRule(author?.deviceId === expected.author, 'group.sender', 'author');
  return { info, roster, ownLeaf: findOwn(roster, device) };
}

function assertPlace(info: GroupInfo, expected: ExpectedGroup): void {
  const { groupId, epoch, cipherSuite, version, extensions } = info.groupContext;
  const { threadId, incarnation } = groupOf(groupId);
  assertRule(threadId === expected.threadId, 'group.place', 'thread');
  assertRule(incarnation === expected.incarnation, 'group.place', 'incarnation');
  assertRule(epochOf(epoch) === expected.epoch, 'group.place', 'epoch');
  assertRule(suiteOf(cipherSuite) === expected.suite, 'group.shape', 'suite');
  assertRule(version === 'mls10' && extensions.length === 0, 'group.shape', 'context');
}

function assertRoster(
  roster: readonly RosterLeaf[],
  { persons }: ExpectedGroup,
  auth: CredentialCheck,
): void {
  for (const leaf of roster) {
    assertRule(persons.has(leaf.personId), 'group.roster', 'person');
    assertRule(auth(leaf) !== 'refused', 'group.credential', 'refused');
  }
}

/** The own leaf, or `null`; a leaf that is the own one in part only is nobody's. */
function findOwn(roster: readonly RosterLeaf[], device: DeviceSecrets): RosterLeaf | null {
  const self = { ...device, signKey: publicKeyOf(device.signSeed) };
  const own = roster.find(
    ({ deviceId, signKey }) => deviceId === self.deviceId || equalBytes(signKey, self.signKey),
  );
  if (own === undefined) return null;
  assertRule(isSameLeaf(own, self), 'group.own-leaf', 'own-leaf');
  return own;
}

/** Whether the device may take a leaf as it says: a rejoin replaces a leaf, a join finds none and a free place. */
export function assertMayJoin(
  { roster, ownLeaf }: Pick<JoinPackage, 'roster' | 'ownLeaf'>,
  replacesOwnLeaf: boolean,
  { device, auth }: { readonly device: DeviceSecrets; readonly auth: CredentialCheck },
): void {
  // Told to replace a leaf that is not there, the library never returns (1.6.4).
  assertRule((ownLeaf !== null) === replacesOwnLeaf, 'group.own-leaf', 'own-leaf');
  const after = roster.length + (replacesOwnLeaf ? 0 : 1);
  assertRule(after <= THREAD_LIMITS.devices, 'group.limit', 'devices');
  assertUnrevoked(auth, { ...device, signKey: publicKeyOf(device.signSeed) });
}
