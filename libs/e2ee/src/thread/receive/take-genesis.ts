import {
  decodeClearBody,
  firstState,
  nextIncarnation,
  parseThreadStatement,
  threadStateHash,
  type ClearBody,
  type ThreadState,
  type ThreadStatement,
} from '@enlace/contracts';
import { equalBytes, isDomainError, parseBase64Url } from '@enlace/kernel';

import { openGrant } from '../../grants/grant.js';
import { openPackage } from '../../grants/package.js';
import type { EpochKey, GroupState } from '../../mls/group-state.js';
import { EntryRefused, holdUnless, type ThreadAlertKind } from '../alerts.js';
import { wasRemovedAfter, withEpoch, type ThreadView } from '../view/thread-view.js';
import { assertSteward } from './author-checks.js';
import { blobNamed, type Placed, type ReceiveGround } from './ground.js';
import { commitScope } from './judge-commit.js';
import { packageOf, type Taken } from './take-commit.js';

interface Genesis {
  readonly body: ClearBody;
  readonly statement: ThreadStatement<'genesis'>;
  readonly placed: Placed;
}

/** The state that a genesis makes, and how this device comes into it. */
interface Begun {
  readonly state: ThreadState;
  readonly epochKey: EpochKey | null;
  readonly group: GroupState | null;
}

/** The first entry of a thread, or of a new incarnation of its group. Throws `BAD_COMMIT`, `UNAUTHORIZED`. */
// Attacker-controlled: the body.
export async function takeGenesis(
  view: ThreadView,
  placed: Placed & { readonly bodyBytes: Uint8Array },
  ground: ReceiveGround,
): Promise<Taken> {
  const { header, author } = placed;
  // Whoever may not begin anew ends nothing by trying.
  if (view.members !== null) assertSteward(view.members, author.personId);
  const genesis = { ...readGenesis(placed.bodyBytes), placed };
  const { statement, body } = genesis;
  holdUnless(header.epoch === 0, 'BAD_COMMIT', 'epoch');
  const isOwn =
    statement.creator.personId === author.personId &&
    statement.creator.deviceId === author.deviceId;
  holdUnless(isOwn, 'BAD_COMMIT', 'creator');
  if (isUnknown(view, genesis)) return followUnknown(view, genesis, ground);
  const begun =
    statement.previous === undefined
      ? begin(view, genesis, ground)
      : await beginAgain(view, genesis, ground);
  const { state, epochKey, group } = begun;
  const place = { incarnation: state.incarnation, epoch: 0 };
  const epochKeyId = parseBase64Url(statement.epochKeyId);
  const { deviceId, personId } = author;
  const leaf = { leaf: 0, deviceId, personId, updatedMs: placed.acceptedAtMs };
  const sinceSeq = statement.previous === undefined ? 0 : (view.members?.sinceSeq ?? 0);
  const left = view.members?.left ?? [];
  const isIn = (id: string): boolean => state.members.some((one) => one.personId === id);
  return {
    view: {
      ...view,
      place,
      epochs: withEpoch(view, { ...place, epochKeyId, epochKey }),
      members: { state, leaves: [leaf], left: left.filter(isIn), sinceSeq },
      group,
      package: packageOf(body, statement.stateHash, placed),
      isVoid: false,
    },
    effect: { kind: 'opened', state },
    alerts: [],
  };
}

function readGenesis(bytes: Uint8Array): Pick<Genesis, 'body' | 'statement'> {
  try {
    const body = decodeClearBody('genesis', bytes);
    return { body, statement: parseThreadStatement('genesis', body.statement) };
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EntryRefused('BAD_COMMIT', 'body', { cause });
  }
}

function begin(
  view: ThreadView,
  { statement, placed }: Genesis,
  { directory, pending }: ReceiveGround,
): Begun {
  const { seq, header, author, hash, acceptedAtMs } = placed;
  holdUnless(seq === 1 && header.incarnation === 0, 'BAD_COMMIT', 'place');
  const { caseId, suite, policy } = statement;
  const { personId } = author;
  const state = firstState({ threadId: view.threadId, caseId, suite, policy, personId });
  // A State opens threads in its own name alone.
  const home = directory.stateOf(personId, acceptedAtMs);
  holdUnless(home === policy.originator, 'UNAUTHORIZED', 'originator');
  assertState(state, statement);
  const own = pending !== null && equalBytes(pending.entryHash, hash) ? pending : null;
  return { state, epochKey: own?.epochKey ?? null, group: own?.group ?? null };
}

/**
 * A steward of the last valid state begins anew (protocol.md, section 4.6). Who stays is not said in clear: the package
 * has the state, which is the last one without some; whoever was left out is granted no key and sees no more than that.
 */
async function beginAgain(
  view: ThreadView,
  genesis: Genesis,
  ground: ReceiveGround,
): Promise<Begun> {
  const { statement, placed } = genesis;
  const { members } = view;
  const { previous } = statement;
  if (members === null || previous === undefined) {
    throw new EntryRefused('BAD_COMMIT', 'previous');
  }
  const last = members.state;
  const isNext =
    previous.lastSeq < placed.seq &&
    equalBytes(parseBase64Url(previous.stateHash), threadStateHash(last));
  holdUnless(isNext && isNextIncarnation(view, genesis), 'BAD_COMMIT', 'previous');
  const { pending } = ground;
  const isOwn = pending !== null && equalBytes(pending.entryHash, placed.hash);
  const own = isOwn ? pending : null;
  const epochKey = own?.epochKey ?? (await grantedKey(view, genesis, ground));
  // Without the key nobody can tell who stays; whoever comes back is judged when it does.
  const state = await stateBehind(last, { genesis, epochKey }, ground);
  return { state, epochKey, group: own?.group ?? null };
}

function isNextIncarnation({ place }: ThreadView, { statement, placed }: Genesis): boolean {
  const last = place?.incarnation ?? -1;
  return placed.header.incarnation === last + 1 && statement.previous?.incarnation === last;
}

/**
 * Whether this reader cannot judge a new incarnation: it does not know the members yet, or, without a leaf, followed a
 * commit that was void for whoever could verify it.
 */
function isUnknown(view: ThreadView, { statement }: Genesis): boolean {
  const { members, group, place } = view;
  if (place === null || statement.previous === undefined) return false;
  if (members === null) return true;
  const stated = parseBase64Url(statement.previous.stateHash);
  return group === null && !equalBytes(stated, threadStateHash(members.state));
}

/**
 * Such a reader notes epoch, key and package, and is anchored anew. Who wrote before and did not go by a commit is to
 * be confirmed still: as one of those with whom the new incarnation began.
 */
async function followUnknown(
  view: ThreadView,
  genesis: Genesis,
  ground: ReceiveGround,
): Promise<Taken> {
  const { statement, body, placed } = genesis;
  holdUnless(isNextIncarnation(view, genesis), 'BAD_COMMIT', 'previous');
  const epochKey = await grantedKey(view, genesis, ground);
  const place = { incarnation: placed.header.incarnation, epoch: 0 };
  const epochKeyId = parseBase64Url(statement.epochKeyId);
  return {
    view: {
      ...view,
      place,
      epochs: withEpoch(view, { ...place, epochKeyId, epochKey }),
      members: null,
      package: packageOf(body, statement.stateHash, placed),
      unconfirmed: view.unconfirmed.filter((author) => !wasRemovedAfter(author, view)),
      gone: new Map(),
      isVoid: false,
    },
    effect: { kind: 'opened', state: null },
    alerts: [],
  };
}

async function grantedKey(
  view: ThreadView,
  { body, statement, placed }: Genesis,
  ground: ReceiveGround,
): Promise<EpochKey> {
  const { grantHash } = body;
  if (grantHash === undefined) throw new EntryRefused('BAD_GRANT', 'missing');
  const blob = await blobNamed(ground, grantHash);
  const { threadId, self } = view;
  const { incarnation } = placed.header;
  const scope = commitScope({ threadId, incarnation, epoch: 0 });
  const epochKeyId = parseBase64Url(statement.epochKeyId);
  const device = { deviceId: self.deviceId, kemSeed: ground.kemSeed };
  const expected = { scope, grantHash, epochKeyIdOf: () => epochKeyId };
  const [key] = refusedAs('BAD_GRANT', () => openGrant(blob, device, expected));
  if (key === undefined) throw new EntryRefused('BAD_GRANT', 'recipient');
  return key.epochKey;
}

async function stateBehind(
  last: ThreadState,
  { genesis, epochKey }: { readonly genesis: Genesis; readonly epochKey: EpochKey },
  ground: ReceiveGround,
): Promise<ThreadState> {
  const { body, statement } = genesis;
  const { packageHash } = body;
  if (packageHash === undefined) throw new EntryRefused('BAD_COMMIT', 'package');
  const blob = await blobNamed(ground, packageHash);
  const { threadId, incarnation } = last;
  const expected = { threadId, incarnation: incarnation + 1, epoch: 0, packageHash };
  const { state } = refusedAs('BAD_COMMIT', () => openPackage(blob, epochKey, expected));
  const stays = new Set([...state.members, ...state.invitations].map(({ personId }) => personId));
  const all = [...last.members, ...last.invitations].map(({ personId }) => personId);
  const without = new Set(all.filter((personId) => !stays.has(personId)));
  const made = nextIncarnation(last, { without, suite: statement.suite });
  const isSame = equalBytes(threadStateHash(made), threadStateHash(state));
  holdUnless(isSame, 'BAD_COMMIT', 'members');
  assertState(state, statement);
  return state;
}

function assertState(state: ThreadState, { caseId, stateHash }: ThreadStatement<'genesis'>): void {
  const isBound =
    state.caseId === caseId && equalBytes(threadStateHash(state), parseBase64Url(stateHash));
  holdUnless(isBound, 'BAD_COMMIT', 'state');
}

function refusedAs<Result>(alert: ThreadAlertKind, open: () => Result): Result {
  try {
    return open();
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EntryRefused(alert, String(cause.facts['rule'] ?? cause.code), { cause });
  }
}
