import {
  chainStart,
  decodeClearBody,
  isSealedKind,
  parseThreadStatement,
  type ClearBody,
  type ClearKind,
  type Entry,
  type EntryKind,
  type ThreadChange,
  type ThreadFacts,
} from '@enlace/contracts';
import { equalBytes, toHex, type PersonId } from '@enlace/kernel';
import type { Directory, VerifiedDevice } from '@enlace/trust';

import { Refusal } from '../../platform/problem/refusal.js';
import { judgeCommit, type Committed } from './judge-commit.js';
import { assertMaySeal, assertNext, assertSeen, place, type PlacedEntry } from './judge-entry.js';
import { recipientsOf, type LockedThread } from './locked-thread.js';
import { factsOf } from './thread-facts.js';

/** Clear kinds that this server takes in after the genesis. */
const TAKEN: ReadonlySet<EntryKind> = new Set<EntryKind>(['commit', 'leave', 'access-request']);

/** What an entry did to the thread, for the record of it. */
export interface TakenEntry {
  readonly placed: PlacedEntry;
  readonly before: LockedThread;
  readonly after: LockedThread;
  /** Frozen with the entry: whom it is for. */
  readonly recipients: readonly PersonId[];
  readonly rosterVersion: number;
  readonly commit: Committed | null;
}

/** What entries of a batch are judged by besides the thread. */
export interface BatchGround {
  readonly device: VerifiedDevice;
  readonly directory: Directory;
  readonly nowMs: number;
  /** By the hexadecimal text of their hash. */
  readonly blobs: ReadonlyMap<string, KeptBlob>;
  /** The chain at each sequence that the entries say they had seen, as far as the log had it. */
  readonly chains: ReadonlyMap<number, Uint8Array>;
  /** Throws what the policy refuses. */
  readonly assertMay: (
    kind: EntryKind,
    changes: readonly ThreadChange[],
    now: LockedThread,
  ) => void;
}

/** A blob that an entry names, and whether one before it has named it. */
export interface KeptBlob {
  readonly bytes: Uint8Array;
  readonly isNamed: boolean;
}

/** A roster that begins with an entry of the batch. */
export interface NewRoster {
  readonly version: number;
  readonly personIds: readonly PersonId[];
}

/** Takes the entries of one append one after the other: each is judged by what those before it led to. */
export class AppendBatch {
  readonly taken: TakenEntry[] = [];
  readonly rosters: NewRoster[] = [];
  readonly named: Uint8Array[] = [];
  packageHash: Uint8Array | null = null;
  readonly #chains: Map<number, Uint8Array>;

  constructor(
    public now: LockedThread,
    private readonly ground: BatchGround,
  ) {
    const { threadId, head } = now;
    const start: readonly [number, Uint8Array] = [0, chainStart(threadId).chain];
    this.#chains = new Map([start, ...ground.chains, [head.seq, head.chain]]);
  }

  /** Whether anything but the end of the log changes. */
  get isChanged(): boolean {
    return this.taken.some(
      ({ before, after }) => before.state !== after.state || before.left !== after.left,
    );
  }

  /** Throws what refuses the entry; nothing of the batch counts then. */
  take(entry: Entry, bytes: Uint8Array): void {
    const { now, ground } = this;
    const { kind, entryId, seenSeq } = entry.header;
    assertNext(entry, now, ground.device);
    assertSeen(entry, this.#chains.get(seenSeq));
    const isTwice = this.taken.some(({ placed }) => placed.entry.header.entryId === entryId);
    if (isTwice) throw new Refusal('entry.malformed');
    if (!isSealedKind(kind) && !TAKEN.has(kind)) throw new Refusal('entry.kind-refused');
    const placed = place(entry, bytes, { head: now.head, nowMs: ground.nowMs });
    const facts = factsOf(now, { directory: ground.directory, nowMs: placed.head.acceptedAtMs });
    const seq = entry.header.deviceSeq;
    const moved = { ...now, head: placed.head, device: { seq, lastHash: placed.hash } };
    if (isSealedKind(kind)) {
      ground.assertMay(kind, [], now);
      assertMaySeal(entry, now, facts);
      this.#keep(placed, moved, null);
      return;
    }
    this.#takeClear(kind, { entry, placed, moved, facts });
  }

  #takeClear(kind: ClearKind, { entry, placed, moved, facts }: ClearTaking): void {
    const { now, ground } = this;
    const body = decodeClearBody(kind, entry.body);
    if (kind === 'commit') {
      this.#takeCommit(body, { entry, placed, moved, facts });
      return;
    }
    ground.assertMay(kind, [], now);
    if (kind === 'leave') {
      const { personId } = parseThreadStatement('leave', body.statement);
      const own = ground.device.person.personId;
      if (personId !== own) throw new Refusal('entry.malformed');
      this.#keep(placed, { ...moved, left: [...now.left, own], standing: null }, null);
      return;
    }
    parseThreadStatement('access-request', body.statement);
    this.#keep(placed, moved, null);
  }

  #takeCommit(body: ClearBody, { entry, placed, moved, facts }: ClearTaking): void {
    const { now, ground } = this;
    const { changes } = parseThreadStatement('commit', body.statement);
    ground.assertMay('commit', changes, now);
    const message = body.message ?? this.#takeBlob(body.messageHash);
    const grant = body.grantHash === undefined ? null : this.#takeBlob(body.grantHash);
    this.#takeBlob(body.packageHash);
    const parts = { header: entry.header, body, message, grant };
    const acceptedAtMs = placed.head.acceptedAtMs;
    const { device, directory } = ground;
    const commit = judgeCommit(parts, { now, device, directory, facts, acceptedAtMs });
    const { state, leaves } = commit;
    const left = now.left.filter((id) => state.members.some(({ personId }) => personId === id));
    const own = device.person.personId;
    const after = {
      ...moved,
      epoch: state.epoch,
      state,
      leaves,
      left: left.length === now.left.length ? now.left : left,
      states: state.policy.states,
      standing: state.members.find(({ personId }) => personId === own)?.role ?? null,
    };
    this.packageHash = body.packageHash ?? null;
    this.#keep(placed, after, commit);
  }

  // A commit brings blobs of its own. The package goes with the commit after it: one that is the grant or the message
  // of another commit as well would take it away from those who still have to read it.
  #takeBlob(hash: Uint8Array | undefined): Uint8Array {
    const blob = hash === undefined ? undefined : this.ground.blobs.get(toHex(hash));
    if (hash === undefined || blob === undefined) throw new Refusal('blob.missing');
    const isNamed = blob.isNamed || this.named.some((named) => equalBytes(named, hash));
    if (isNamed) throw new Refusal('commit.invalid', { facts: { rule: 'blob' } });
    this.named.push(hash);
    return blob.bytes;
  }

  // An entry is for whoever was there before it and whoever is there after it: a removed person still gets the commit
  // that removes him. The entries after it are for those who stay.
  #keep(placed: PlacedEntry, after: LockedThread, commit: Committed | null): void {
    const before = this.now;
    const was = recipientsOf(before);
    const is = recipientsOf(after);
    const recipients = [...new Set([...was, ...is])].toSorted();
    const version = this.#rosterOf(recipients, was, before.rosterVersion);
    const next = this.#rosterOf(is, recipients, version);
    this.now = { ...after, rosterVersion: next };
    this.#chains.set(placed.head.seq, placed.head.chain);
    this.taken.push({
      placed,
      before,
      after: this.now,
      recipients,
      rosterVersion: version,
      commit,
    });
  }

  #rosterOf(personIds: readonly PersonId[], current: readonly PersonId[], version: number): number {
    if (personIds.join() === current.join()) return version;
    this.rosters.push({ version: version + 1, personIds });
    return version + 1;
  }
}

interface ClearTaking {
  readonly entry: Entry;
  readonly placed: PlacedEntry;
  readonly moved: LockedThread;
  readonly facts: ThreadFacts;
}

/** The blobs that entries name, without judging them. Throws `entry.malformed`. */
export function namedBlobs(entries: readonly Entry[]): readonly Uint8Array[] {
  return entries.flatMap(({ header: { kind }, body }) => {
    if (isSealedKind(kind)) return [];
    const { messageHash, grantHash, packageHash } = decodeClearBody(kind, body);
    return [messageHash, grantHash, packageHash].filter((hash) => hash !== undefined);
  });
}
