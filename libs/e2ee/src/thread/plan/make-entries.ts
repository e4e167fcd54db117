import {
  encodeClearBody,
  encodeEntry,
  encodeThreadStatement,
  entryHash,
  layOutHeader,
  type ClearBody,
  type ClearKind,
  type Entry,
  type EntryHeader,
  type EntryKind,
  type Handling,
  type ThreadStatement,
} from '@enlace/contracts';
import type { EntryId, Random } from '@enlace/kernel';

import { encodeContent, type Content, type ContentKind } from '../../content/content.js';
import { handlingNumber, type InnerHandling } from '../../content/handling.js';
import { sealEntry, signEntry } from '../../envelope/envelope.js';
import type { DeviceSecrets } from '../../mls/group-port.js';
import type { EpochKey } from '../../mls/group-state.js';
import { sodium } from '../../sodium.js';
import type { PlainKind } from '../receive/take-clear.js';
import type { DirectoryView } from '../view/directory-view.js';
import { devicesToRemove } from '../view/thread-facts.js';
import { findEpoch, personsOf, type ThreadMembers, type ThreadView } from '../view/thread-view.js';
import { refuseIf, PlanRefused } from './plan-error.js';

/** An entry ready to be stored and sent. The same bytes are sent until it is known what became of them. */
export interface MadeEntry {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly entryId: EntryId;
}

/** What somebody wants to say. `entryId` stays the same when it is sealed again after a commit came in between. */
export type EntryDraft =
  | { readonly entryId: EntryId; readonly kind: 'message'; readonly content: Content<'message'> }
  | { readonly entryId: EntryId; readonly kind: 'receipt'; readonly content: Content<'receipt'> }
  | {
      readonly entryId: EntryId;
      readonly kind: 'record-update' | 'record-snapshot';
      readonly record: Uint8Array;
      readonly handling: Handling;
    }
  | PlainDraft;

type PlainDraft = {
  readonly [Kind in PlainKind]: {
    readonly entryId: EntryId;
    readonly kind: Kind;
    readonly statement: ThreadStatement<Kind>;
    /** Of a grant: the hash of its blob. */
    readonly grantHash?: Uint8Array;
  };
}[PlainKind];

/** With what entries are made. */
export interface MakeGround {
  readonly device: DeviceSecrets;
  readonly directory: DirectoryView;
  readonly random: Random;
  readonly nowMs: number;
}

/**
 * Entries of one append, in their order. Throws `thread.plan-refused` where nothing may be sealed: without a leaf,
 * while somebody who is gone has one, after a void commit; `content.malformed`, `entry.too-large`.
 */
export function makeEntries(
  view: ThreadView,
  drafts: readonly EntryDraft[],
  ground: MakeGround,
): readonly MadeEntry[] {
  const sealing = drafts.every(isPlain) ? null : assertMaySeal(view, ground);
  return withSignKey(ground.device, (signKey) => {
    const made: MadeEntry[] = [];
    let own = ownPlace(view);
    for (const draft of drafts) {
      const one = finished(
        isPlain(draft)
          ? makePlain(view, { draft, own }, signKey)
          : makeSealed(view, { draft, own, sealing }, { signKey, random: ground.random }),
      );
      made.push(one);
      own = { deviceSeq: own.deviceSeq + 1, prevHash: one.hash };
    }
    return made;
  });
}

type SealedDraft = Exclude<EntryDraft, PlainDraft>;

function isPlain(draft: EntryDraft): draft is PlainDraft {
  return !('content' in draft) && !('record' in draft);
}

/** Where the next entry of this device stands in its own sequence. */
export function ownPlace({ devices, self }: ThreadView): OwnPlace {
  const last = devices.get(self.deviceId);
  return { deviceSeq: (last?.seq ?? 0) + 1, prevHash: last?.hash ?? new Uint8Array(32) };
}

export type OwnPlace = Pick<EntryHeader, 'deviceSeq' | 'prevHash'>;

type EntryPlace<Kind extends EntryKind> = Omit<
  EntryHeader,
  'kind' | 'epochKeyId' | 'nonce' | 'bodyLength'
> & { readonly kind: Kind };

interface Sealing {
  readonly members: ThreadMembers;
  readonly epochKey: EpochKey;
}

function makeSealed(
  view: ThreadView,
  {
    draft,
    own,
    sealing,
  }: { readonly draft: SealedDraft; readonly own: OwnPlace; readonly sealing: Sealing | null },
  keys: { readonly signKey: Uint8Array; readonly random: Random },
): Entry {
  if (sealing === null) throw new PlanRefused('no-key');
  const { inner, bytes } = sealedOf(draft);
  assertHandling(inner, sealing.members);
  const place = {
    ...placeOf(view, { kind: draft.kind, entryId: draft.entryId, own }),
    handling: handlingNumber(inner.code),
  };
  return sealEntry(bytes, place, { epochKey: sealing.epochKey, ...keys });
}

function sealedOf(draft: SealedDraft): {
  readonly inner: InnerHandling | { readonly code: Handling };
  readonly bytes: Uint8Array;
} {
  if ('record' in draft) return { inner: { code: draft.handling }, bytes: draft.record };
  const { kind, content } = draft;
  const inner: InnerHandling = content.handling;
  return { inner, bytes: encodeContent<ContentKind>(kind, content) };
}

function makePlain(
  view: ThreadView,
  { draft, own }: { readonly draft: PlainDraft; readonly own: OwnPlace },
  signKey: Uint8Array,
): Entry {
  const { kind, entryId, grantHash } = draft;
  const statement = encodeThreadStatement<PlainKind>(kind, draft.statement);
  const body = { statement, ...(grantHash === undefined ? {} : { grantHash }) };
  return layClear(placeOf(view, { kind, entryId, own }), body, signKey);
}

/** The place of an entry that is made on a view. */
export function placeOf<Kind extends EntryKind>(
  view: ThreadView,
  {
    kind,
    entryId,
    own,
  }: { readonly kind: Kind; readonly entryId: EntryId; readonly own: OwnPlace },
): EntryPlace<Kind> {
  const { place, head, threadId, self } = view;
  if (place === null) throw new PlanRefused('unanchored');
  const seen = { seenSeq: head.seq, seenChain: head.chain };
  return {
    kind,
    handling: 0,
    ...place,
    threadId,
    deviceId: self.deviceId,
    entryId,
    ...own,
    ...seen,
  };
}

/** A clear entry, signed. */
export function signClear(
  place: EntryPlace<ClearKind>,
  body: ClearBody,
  device: DeviceSecrets,
): Entry {
  return withSignKey(device, (signKey) => layClear(place, body, signKey));
}

function layClear(place: EntryPlace<ClearKind>, body: ClearBody, signKey: Uint8Array): Entry {
  const bytes = encodeClearBody(place.kind, body);
  const laidOut = layOutHeader({
    ...place,
    epochKeyId: new Uint8Array(16),
    nonce: new Uint8Array(24),
    bodyLength: bytes.length,
  });
  const unsigned = { ...laidOut, commitment: new Uint8Array(32), body: bytes };
  return { ...unsigned, signature: signEntry(unsigned, signKey) };
}

export function finished(entry: Entry): MadeEntry {
  return { bytes: encodeEntry(entry), hash: entryHash(entry), entryId: entry.header.entryId };
}

/** Why nothing may be sealed in the thread now, or `null` (protocol.md, sections 4.5 and 5.4). */
export function sealingFault(
  view: ThreadView,
  { directory, nowMs }: Pick<MakeGround, 'directory' | 'nowMs'>,
): string | null {
  const { members, place } = view;
  if (view.isVoid) return 'void';
  if (members === null || place === null) return 'unanchored';
  if (view.group === null) return 'no-leaf';
  if (members.left.includes(view.self.personId)) return 'left';
  if (devicesToRemove(members, directory, nowMs).length > 0) return 'removal-required';
  const known = findEpoch(view, place);
  return known === null || known.epochKey === null ? 'no-key' : null;
}

function assertMaySeal(view: ThreadView, ground: MakeGround): Sealing {
  const fault = sealingFault(view, ground);
  if (fault !== null) throw new PlanRefused(fault);
  const { members, place } = view;
  const epochKey = place === null ? null : (findEpoch(view, place)?.epochKey ?? null);
  if (members === null || epochKey === null) throw new PlanRefused('no-key');
  return { members, epochKey };
}

/** What is not below the floor, and names whom it must. */
function assertHandling({ code, recipients }: InnerHandling, members: ThreadMembers): void {
  const { handlingFloor } = members.state.policy;
  refuseIf(handlingNumber(code) < handlingNumber(handlingFloor), 'floor');
  if (recipients === undefined) return;
  const persons = personsOf(members);
  const isSame = recipients.length === persons.size && recipients.every((id) => persons.has(id));
  refuseIf(!isSame, 'recipients');
}

function withSignKey<Result>(
  { signSeed }: DeviceSecrets,
  use: (signKey: Uint8Array) => Result,
): Result {
  const { privateKey } = sodium.crypto_sign_seed_keypair(signSeed);
  try {
    return use(privateKey);
  } finally {
    sodium.memzero(privateKey);
  }
}
