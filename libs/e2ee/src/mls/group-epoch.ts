import { concatBytes, idBytes, u32be, u64be } from '@enlace/kernel';
import { isSuiteName, readGroupId, type SuiteName } from '@enlace/contracts';

import { epochKeyId } from '../envelope/epoch-keys.js';
import { sodium } from '../sodium.js';
import { GroupError } from './group-error.js';

import type { GroupView, HeldGroup, CredentialCheck, EpochKey } from './group-state.js';
import { mlsExporter, type CiphersuiteImpl, type ClientState } from './library.js';
import { rosterOf } from './profile.js';

const EXPORTER_LABEL = 'enlace/content/v1';
const EPOCH_KEY_BYTES = 32;
const NO_BYTES = new Uint8Array();

/** An epoch that a commit, a join or a creation led to, before anybody relies on it. */
export interface NewEpoch {
  readonly group: HeldGroup;
  readonly epochKey: EpochKey;
}

/**
 * Takes the epoch key out of a state of the library and keeps the rest (protocol.md, sections 3.5 and 5.1). From then
 * on the state cannot give the key again.
 */
export async function beginEpoch(
  state: ClientState,
  auth: CredentialCheck,
  cs: CiphersuiteImpl,
): Promise<NewEpoch> {
  const view = viewOf(state);
  const context = concatBytes(
    idBytes(view.threadId),
    u32be(view.incarnation),
    u64be(view.epoch),
    state.keySchedule.epochAuthenticator,
  );
  const { exporterSecret } = state.keySchedule;
  if (exporterSecret.length !== cs.kdf.size) {
    throw new GroupError('group.already-exported', 'the state has no key to give');
  }
  const secret = await mlsExporter(exporterSecret, EXPORTER_LABEL, context, EPOCH_KEY_BYTES, cs);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, where it is made
  const epochKey = secret as EpochKey;
  const group = { view, auth, state: scrubbed(state), epochKeyId: epochKeyId(epochKey, view) };
  return { group, epochKey };
}

/** What the state says of itself. Throws for one that the profile does not have. */
export function viewOf(state: ClientState): GroupView {
  const { groupId, epoch, cipherSuite, version, extensions } = state.groupContext;
  const isOfProfile = version === 'mls10' && extensions.length === 0;
  if (!isOfProfile) throw new GroupError('group.shape', 'another version or extensions');
  const suite = suiteOf(cipherSuite);
  const roster = rosterOf(state.ratchetTree, suite);
  const ownLeaf = state.privatePath.leafIndex;
  if (!roster.some(({ leaf }) => leaf === ownLeaf)) {
    throw new GroupError('group.own-leaf', 'the own leaf is not in the tree');
  }
  return { ...groupOf(groupId), epoch: epochOf(epoch), suite, ownLeaf, roster };
}

export function suiteOf(name: string): SuiteName {
  if (!isSuiteName(name)) throw new GroupError('group.shape', 'another suite');
  return name;
}

export function epochOf(epoch: bigint): number {
  const number = Number(epoch);
  if (!Number.isSafeInteger(number)) throw new GroupError('group.place', 'an impossible epoch');
  return number;
}

export function groupOf(groupId: Uint8Array): Pick<GroupView, 'threadId' | 'incarnation'> {
  try {
    return readGroupId(groupId);
  } catch (cause) {
    throw new GroupError('group.place', 'the id of another kind of group', { cause });
  }
}

/**
 * Nothing that the profile never uses is kept: the exporter secret is zeroed (a stolen state gives no key of its own
 * epoch), keys of blank nodes go, and what serves private messages and earlier epochs too. The library keeps every
 * earlier epoch when it is told to keep none (1.6.4, `slice(-0)`), so this is what forgets them.
 */
function scrubbed(state: ClientState): ClientState {
  sodium.memzero(state.keySchedule.exporterSecret);
  const privateKeys = Object.fromEntries(
    Object.entries(state.privatePath.privateKeys).filter(
      ([node]) => state.ratchetTree[Number(node)] !== undefined,
    ),
  );
  return {
    ...state,
    keySchedule: {
      ...state.keySchedule,
      exporterSecret: NO_BYTES,
      senderDataSecret: NO_BYTES,
      resumptionPsk: NO_BYTES,
    },
    privatePath: { ...state.privatePath, privateKeys },
    secretTree: [],
    unappliedProposals: {},
    historicalReceiverData: new Map(),
  };
}
