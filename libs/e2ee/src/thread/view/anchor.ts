import { threadStateHash } from '@enlace/contracts';
import { equalBytes } from '@enlace/kernel';

import { PackageRefused } from '../../grants/grant-error.js';
import { openPackage, type EpochPackage } from '../../grants/package.js';
import type { DeviceSecrets, ExpectedGroup, GroupPort } from '../../mls/group-port.js';
import type { ThreadAlert } from '../alerts.js';
import { credentialCheckAt, type DirectoryView } from './directory-view.js';
import {
  findEpoch,
  type ThreadMembers,
  type ThreadView,
  type UnconfirmedAuthor,
  wasRemovedAfter,
} from './thread-view.js';

/** A package that the log names, opened and compared with it. */
export interface NewestPackage extends EpochPackage {
  /** What the port compares the group with. */
  readonly expected: ExpectedGroup;
}

/**
 * The package of the epoch at the cursor: the blob that `view.package` names. Throws `package.refused`, also while the
 * key of the epoch is not here.
 */
// Attacker-controlled: the blob, by the server and by whoever committed last.
export function openNewestPackage(view: ThreadView, blob: Uint8Array): NewestPackage {
  const { place, package: stated, threadId } = view;
  const epochKey = place === null ? null : (findEpoch(view, place)?.epochKey ?? null);
  if (place === null || stated === null || epochKey === null) throw new PackageRefused('key');
  const { packageHash, stateHash, author } = stated;
  const opened = openPackage(blob, epochKey, { threadId, ...place, packageHash });
  const isStated = equalBytes(threadStateHash(opened.state), stateHash);
  if (!isStated) throw new PackageRefused('state');
  const { suite, members } = opened.state;
  const persons = new Set(members.map(({ personId }) => personId));
  return { ...opened, expected: { threadId, ...place, suite, author, persons } };
}

/** What a reader who starts later anchors itself with. */
export interface AnchorGround {
  readonly port: GroupPort;
  readonly directory: DirectoryView;
  readonly device: DeviceSecrets;
  readonly packageBlob: Uint8Array;
  readonly nowMs: number;
}

/**
 * From here on the reader knows who is in the thread (protocol.md, section 4.3): the state that the newest commit is
 * bound to, and the devices of the tree, each certified and each of a member. What was written since the start was
 * taken before that was known; whoever wrote without having been a member is told as `UNAUTHORIZED`, with the sequence
 * of the entry, which is to be shown as a placeholder from then on.
 */
export async function anchorView(
  view: ThreadView,
  { port, directory, device, packageBlob, nowMs }: AnchorGround,
): Promise<{ readonly view: ThreadView; readonly alerts: readonly ThreadAlert[] }> {
  const { groupInfo, state, expected } = openNewestPackage(view, packageBlob);
  const persons = [...state.members, ...state.invitations];
  const isIn = persons.some(({ personId }) => personId === view.self.personId);
  if (!isIn) throw new PackageRefused('self');
  const auth = credentialCheckAt(directory, nowMs);
  const roster = await port.rosterOf({ groupInfo, device, expected, auth });
  const leaves = roster.map(({ leaf, deviceId, personId }) => ({
    leaf,
    deviceId,
    personId,
    updatedMs: null,
  }));
  const members: ThreadMembers = { state, leaves, left: [], sinceSeq: view.head.seq };
  const strangers = view.unconfirmed.filter((author) => !wasMember(author, view, members));
  return {
    view: { ...view, members, unconfirmed: [], gone: new Map() },
    alerts: strangers.map(({ seq, incarnation }) => ({
      kind: 'UNAUTHORIZED',
      facts: { seq, rule: incarnation < state.incarnation ? 'unconfirmed' : 'member' },
    })),
  };
}

/**
 * A member of today since then at the latest (a join is written in the epoch before), or one who was removed since. Of
 * an incarnation before nobody else can be told from a stranger: who is in this one from its beginning was in that one.
 */
function wasMember(author: UnconfirmedAuthor, view: ThreadView, { state }: ThreadMembers): boolean {
  const { personId, incarnation, epoch } = author;
  const since = state.members.find((one) => one.personId === personId)?.sinceEpoch;
  if (incarnation < state.incarnation) return since === 0 || view.gone.has(personId);
  if (since !== undefined && since <= epoch + 1) return true;
  return wasRemovedAfter(author, view);
}
