import {
  entryHash,
  isSealedKind,
  type Entry,
  type ErasedEntry,
  type SealedKind,
} from '@enlace/contracts';

import {
  EntryRefused,
  EntryWaits,
  holdUnless,
  THREAD_ALERTS,
  type ThreadAlert,
} from '../alerts.js';
import { namedAfter } from '../view/named-epochs.js';
import { findEpoch, personsOf, type ThreadView } from '../view/thread-view.js';
import { assertErasures, takeErased } from '../life/erasures.js';
import { assertMember, authenticate } from './author-checks.js';
import type { ItemPlace, Received, ThreadEffect } from './effects.js';
import type { LogItem, Placed, ReceiveGround } from './ground.js';
import { openSealed } from './open-sealed.js';
import {
  assertContinues,
  assertEpoch,
  assertNextPlace,
  devicesAfter,
  headAfter,
} from './place-checks.js';
import { isRead, partsOf, readEntry, unreadWith, type Unread } from './read-entry.js';
import { takePlain } from './take-clear.js';
import { takeCommit, type Taken } from './take-commit.js';
import { takeGenesis } from './take-genesis.js';

/**
 * Takes a thread over its next entry: the checks of protocol.md, section 5.3, in that order, and nothing is decrypted
 * before the eighth. Pure: the view is a value, and everything asked is in the ground. Entries come strictly in
 * sequence, one at a time for each thread. The caller stores the view that comes back with the entry in one transaction
 * and shows nothing before; `ground.entryAt` and `findEntry` know the entry from then on.
 */
// Attacker-controlled: everything in the item, by the server; what is inside the entry, by its author.
export async function receiveEntry(
  view: ThreadView,
  item: LogItem,
  ground: ReceiveGround,
): Promise<Received> {
  try {
    assertNextPlace(view, item);
    return await receivePlaced(view, item, ground);
  } catch (error) {
    if (error instanceof EntryWaits) return { kind: 'waits', need: error.need };
    if (error instanceof EntryRefused) return { kind: 'stopped', alert: alertOf(error, item) };
    throw error;
  }
}

async function receivePlaced(
  view: ThreadView,
  item: LogItem,
  ground: ReceiveGround,
): Promise<Received> {
  const entry = readEntry(item);
  if (!isRead(entry)) return takeUnread(view, item, entry);
  const hash = entryHash(entry);
  const isOfThread = entry.header.threadId === view.threadId;
  const steps = new Receiving(view, { item, entry, hash }, ground);
  try {
    holdUnless(isOfThread, 'MALFORMED', 'thread');
    return await steps.take();
  } catch (error) {
    if (!(error instanceof EntryRefused)) throw error;
    return steps.refuse(error);
  }
}

/** Bytes that are no entry still have their place in the chain, wherever parts of them can be told apart. */
function takeUnread(view: ThreadView, item: LogItem, { refused, isNewer }: Unread): Received {
  const parts = partsOf(item);
  if (parts === null) throw new EntryRefused('GAP', 'bytes', { cause: refused });
  const hash = entryHash(parts);
  const head = headAfter(view, item, hash);
  const { seq, acceptedAtMs } = item;
  holdUnless(!view.erasures.has(seq), 'GAP', 'erased-by');
  const nobody = { kind: null, entryId: null, author: null, seenSeq: null };
  const place: ItemPlace = { seq, acceptedAtMs, ...nobody };
  const reason = isNewer ? 'newer-format' : THREAD_ALERTS.MALFORMED.reason;
  return {
    kind: 'taken',
    view: { ...view, head, unread: isNewer ? unreadWith(view, hash) : view.unread },
    item: place,
    effect: { kind: 'placeholder', reason },
    alerts: isNewer ? [] : [alertOf(refused, item)],
  };
}

interface ReadItem {
  readonly item: LogItem;
  readonly entry: Entry | ErasedEntry;
  readonly hash: Uint8Array;
}

/** One entry on its way through the checks; how far it came decides what a refusal leaves behind. */
class Receiving {
  #placed: Placed | null = null;

  constructor(
    private readonly view: ThreadView,
    private readonly read: ReadItem,
    private readonly ground: ReceiveGround,
  ) {}

  async take(): Promise<Received> {
    const { view, ground } = this;
    const { item, entry, hash } = this.read;
    const { header } = entry;
    const author = authenticate(entry, item, ground);
    const { seq, acceptedAtMs } = item;
    const placed: Placed = { header, seq, acceptedAtMs, hash, author };
    this.#placed = placed;
    if (header.kind !== 'genesis') {
      if (view.members !== null) assertMember(header, author, view.members);
      const isSpoken = isSealedKind(header.kind) || header.kind === 'commit';
      holdUnless(!view.isVoid || !isSpoken, 'STALE_EPOCH', 'void');
      assertEpoch(view, header);
    }
    await assertContinues(view, placed, ground);
    const { view: next, effect, alerts } = await this.effectOf(placed);
    const place = next.place ?? { incarnation: header.incarnation, epoch: header.epoch };
    const unconfirmed = unconfirmedWith(next, placed);
    return this.taken({ view: { ...next, place, unconfirmed }, effect, alerts }, true);
  }

  /** A refusal: the alerts that suspend leave the cursor where it is, but a void commit is behind it for ever. */
  refuse(error: EntryRefused): Received {
    const alert = alertOf(error, this.read.item);
    const { view } = this;
    const { response, reason } = THREAD_ALERTS[error.alert];
    const isVoid = error.alert === 'BAD_COMMIT';
    if (response === 'suspend' && !isVoid) return { kind: 'stopped', alert };
    const after = isVoid ? { ...view, isVoid: true } : view;
    const effect: ThreadEffect = { kind: 'placeholder', reason };
    return this.taken({ view: after, effect, alerts: [alert] }, false);
  }

  private async effectOf(placed: Placed): Promise<Taken> {
    const { view, ground } = this;
    const { entry, item } = this.read;
    if (!(item.entry instanceof Uint8Array)) {
      return { ...takeErased(view, placed, item.entry.by), alerts: [] };
    }
    if ('bodyHash' in entry) throw new RangeError('an erased entry is not bytes');
    const { kind } = entry.header;
    const bodyBytes = entry.body;
    if (isSealedKind(kind)) return { view, ...this.opened(entry, kind) };
    if (kind === 'genesis') return takeGenesis(view, { ...placed, bodyBytes }, ground);
    if (kind === 'commit') return takeCommit(view, { ...placed, bodyBytes }, ground);
    return takePlain(view, { ...placed, kind, bodyBytes }, ground);
  }

  private opened(entry: Entry, kind: SealedKind): Omit<Taken, 'view'> {
    const { members } = this.view;
    const epochKey = findEpoch(this.view, entry.header)?.epochKey ?? null;
    if (epochKey === null) {
      return { effect: { kind: 'placeholder', reason: 'key-pending' }, alerts: [] };
    }
    const sealed = { ...entry, header: { ...entry.header, kind } };
    return openSealed(sealed, {
      epochKey,
      seq: this.read.item.seq,
      floor: members?.state.policy.handlingFloor ?? 'EN0',
      persons: members === null ? null : personsOf(members),
    });
  }

  private taken({ view: after, effect, alerts }: Taken, isAllowed: boolean): Received {
    const { item, entry, hash } = this.read;
    const { seq, acceptedAtMs } = item;
    const { kind, entryId, seenSeq: seen } = entry.header;
    const placed = this.#placed;
    const author =
      placed === null
        ? null
        : { deviceId: placed.author.deviceId, personId: placed.author.personId };
    const head = headAfter(this.view, item, hash);
    const erasures = assertErasures(after, seq, effect);
    const devices = placed === null ? after.devices : devicesAfter(this.view, placed, isAllowed);
    const named = isAllowed ? namedAfter(after, entry.header, effect) : after.named;
    const seenSeq = isAllowed ? seen : null;
    const place = { seq, acceptedAtMs, kind, entryId, author, seenSeq };
    return {
      kind: 'taken',
      view: { ...after, head, devices, erasures, named },
      item: place,
      effect,
      alerts,
    };
  }
}

/** Who speaks before the reader knows the members is noted, to be confirmed when it does. */
function unconfirmedWith(
  { members, unconfirmed }: ThreadView,
  { header, author, seq }: Placed,
): ThreadView['unconfirmed'] {
  // Who is invited asks for access, too; and by a genesis the reader begins to know the members.
  const isOfMembers = header.kind !== 'access-request' && header.kind !== 'genesis';
  if (members !== null || !isOfMembers) return unconfirmed;
  const { incarnation, epoch } = header;
  return [...unconfirmed, { personId: author.personId, incarnation, epoch, seq }];
}

function alertOf(error: EntryRefused, { seq }: LogItem): ThreadAlert {
  return { kind: error.alert, facts: { seq, rule: String(error.facts['rule']) } };
}
