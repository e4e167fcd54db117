import { decodeClearBody, parseThreadStatement, type ClearBody } from '@enlace/contracts';
import { equalBytes, isDomainError, parseBase64Url, type DeviceId } from '@enlace/kernel';

import { openGrant } from '../../grants/grant.js';
import type { EpochKey, GroupState } from '../../mls/group-state.js';
import { holdUnless, type ThreadAlert } from '../alerts.js';
import { credentialCheckAt } from '../view/directory-view.js';
import { withEpoch, type ThreadMembers, type ThreadView } from '../view/thread-view.js';
import type { ThreadEffect } from './effects.js';
import { blobNamed, type Placed, type ReceiveGround } from './ground.js';
import {
  commitScope,
  judgeCommit,
  voidBecause,
  voided,
  type CommitParts,
  type JudgedCommit,
} from './judge-commit.js';

/** What an entry of a clear kind does: the view after it but for the cursor, and what is shown. */
export interface Taken {
  readonly view: ThreadView;
  readonly effect: ThreadEffect;
  readonly alerts: readonly ThreadAlert[];
}

/** A new epoch as this device comes into it. */
interface Entered {
  readonly group: GroupState | null;
  readonly epochKey: EpochKey | null;
  readonly alerts: readonly ThreadAlert[];
}

/** A commit at its place: judged, then applied by whoever has a leaf, and followed by whoever waits for one. */
export async function takeCommit(
  view: ThreadView,
  placed: Placed & { readonly bodyBytes: Uint8Array },
  ground: ReceiveGround,
): Promise<Taken> {
  const body = voided(() => decodeClearBody('commit', placed.bodyBytes));
  if (view.members === null) return followUnknown(view, { placed, body }, ground);
  const parts = await partsOf(placed, body, ground);
  const { directory, port } = ground;
  const { author, acceptedAtMs } = placed;
  const { members } = view;
  const judged = judgeCommit(parts, { members, author, directory, port, acceptedAtMs });
  const entered = await enter(view, { judged, parts, placed }, ground);
  const { state } = judged.members;
  const isRemoved = view.group !== null && !hasLeaf(judged.members, view.self.deviceId);
  const place = { incarnation: state.incarnation, epoch: state.epoch };
  const { epochKey, group, alerts } = entered;
  const epochKeyId = parseBase64Url(judged.statement.epochKeyId);
  return {
    view: {
      ...view,
      place,
      members: judged.members,
      group,
      epochs: withEpoch(view, { ...place, epochKeyId, epochKey }),
      package: packageOf(body, judged.statement.stateHash, placed),
    },
    effect: {
      kind: 'committed',
      changes: judged.statement.changes,
      state,
      epoch: state.epoch,
      isRemoved,
    },
    alerts,
  };
}

async function partsOf(
  { header }: Placed,
  body: ClearBody,
  ground: ReceiveGround,
): Promise<CommitParts> {
  const { message: inline, messageHash, grantHash } = body;
  const message =
    inline ?? (messageHash === undefined ? undefined : await blobNamed(ground, messageHash));
  holdUnless(message !== undefined, 'BAD_COMMIT', 'message');
  const grant = grantHash === undefined ? null : await blobNamed(ground, grantHash);
  return { header, body, message, grant };
}

interface Entering {
  readonly judged: JudgedCommit;
  readonly parts: CommitParts;
  readonly placed: Placed;
}

/** Into the epoch by what was pending, through the port, or by a granted key. */
async function enter(
  view: ThreadView,
  entering: Entering,
  ground: ReceiveGround,
): Promise<Entered> {
  const { pending } = ground;
  const { judged, placed } = entering;
  if (pending !== null && equalBytes(pending.entryHash, placed.hash)) {
    const { group, epochKey } = pending;
    const isStated = group.view.epoch === judged.members.state.epoch;
    holdUnless(isStated, 'ROLLBACK', 'pending');
    return { group, epochKey, alerts: [] };
  }
  // A commit of ours that we do not remember: another process has this device, or a copy of its store.
  const isOwn = placed.author.deviceId === view.self.deviceId && ground.isHistory !== true;
  holdUnless(!isOwn, 'ROLLBACK', 'own-commit');
  const entered = view.group === null ? null : await process(view.group, entering, ground);
  // Whose leaf went as stale is a member still, and waits for the key from this commit on.
  return entered ?? { group: null, ...granted(view, entering, ground) };
}

/** Into the epoch as a member of the group; `null` for a device that the commit takes out of it. */
async function process(
  group: GroupState,
  { judged, parts, placed }: Entering,
  { port, directory }: ReceiveGround,
): Promise<Entered | null> {
  const { statement, context, members } = judged;
  const auth = credentialCheckAt(directory, placed.acceptedAtMs);
  try {
    const outcome = await port.process(port.judgedBy(group, auth), parts.message, {
      deviceId: placed.author.deviceId,
      epoch: parts.header.epoch,
      context,
      epochKeyId: parseBase64Url(statement.epochKeyId),
      devices: new Set(members.leaves.map(({ deviceId }) => deviceId)),
    });
    if (outcome.kind === 'removed') return null;
    const { state, epochKey } = await port.exportSecret(outcome.next);
    return { group: state, epochKey, alerts: [] };
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw voidBecause(cause);
  }
}

/** The key of the epoch for who waits for it. A grant that is none of these keys is discarded, and told. */
function granted(
  view: ThreadView,
  { judged, parts }: Pick<Entering, 'judged' | 'parts'>,
  { kemSeed }: ReceiveGround,
): Omit<Entered, 'group'> {
  const { grantHash } = parts.body;
  if (parts.grant === null || grantHash === undefined) return { epochKey: null, alerts: [] };
  const { statement, members } = judged;
  const scope = commitScope(members.state);
  return openOwn(view, parts.grant, {
    scope,
    grantHash,
    kemSeed,
    epochKeyId: parseBase64Url(statement.epochKeyId),
  });
}

function openOwn(
  { self }: ThreadView,
  blob: Uint8Array,
  grant: {
    readonly scope: ReturnType<typeof commitScope>;
    readonly grantHash: Uint8Array;
    readonly kemSeed: Uint8Array;
    readonly epochKeyId: Uint8Array;
  },
): Omit<Entered, 'group'> {
  const { scope, grantHash, kemSeed, epochKeyId } = grant;
  try {
    const device = { deviceId: self.deviceId, kemSeed };
    const expected = { scope, grantHash, epochKeyIdOf: () => epochKeyId };
    const [key] = openGrant(blob, device, expected);
    return { epochKey: key?.epochKey ?? null, alerts: [] };
  } catch (cause) {
    if (!isDomainError(cause, 'grant.refused')) throw cause;
    return { epochKey: null, alerts: [{ kind: 'BAD_GRANT', facts: cause.facts }] };
  }
}

/**
 * A commit before this reader knows the members: its epoch, its key and who went are noted; what it changed is judged
 * when a package tells who is in the thread (`anchorView`).
 */
async function followUnknown(
  view: ThreadView,
  { placed, body }: { readonly placed: Placed; readonly body: ClearBody },
  ground: ReceiveGround,
): Promise<Taken> {
  const statement = voided(() => parseThreadStatement('commit', body.statement));
  const { incarnation, epoch: ended } = placed.header;
  const epoch = ended + 1;
  const epochKeyId = parseBase64Url(statement.epochKeyId);
  const { grantHash } = body;
  const blob = grantHash === undefined ? null : await blobNamed(ground, grantHash);
  const scope = {
    cause: 'invite',
    threadId: view.threadId,
    incarnation,
    fromEpoch: epoch,
    toEpoch: epoch,
  } as const;
  const { epochKey, alerts } =
    blob === null || grantHash === undefined
      ? { epochKey: null, alerts: [] }
      : openOwn(view, blob, { scope, grantHash, kemSeed: ground.kemSeed, epochKeyId });
  const gone = statement.changes.flatMap((change) =>
    change.op === 'remove' && change.personId !== null ? [[change.personId, ended] as const] : [],
  );
  return {
    view: {
      ...view,
      place: { incarnation, epoch },
      epochs: withEpoch(view, { incarnation, epoch, epochKeyId, epochKey }),
      package: packageOf(body, statement.stateHash, placed),
      gone: new Map([...view.gone, ...gone]),
    },
    effect: { kind: 'committed', changes: statement.changes, state: null, epoch, isRemoved: false },
    alerts,
  };
}

export function packageOf(
  { packageHash }: ClearBody,
  stateHash: string,
  { author }: Placed,
): ThreadView['package'] {
  if (packageHash === undefined) return null;
  return { packageHash, stateHash: parseBase64Url(stateHash), author: author.deviceId };
}

function hasLeaf({ leaves }: ThreadMembers, deviceId: DeviceId): boolean {
  return leaves.some((one) => one.deviceId === deviceId);
}
