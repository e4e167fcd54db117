import {
  chainStart,
  decodeClearBody,
  isSealedKind,
  parseThreadStatement,
  type ClearBody,
  type ClearKind,
  type Entry,
  type EntryKind,
  type ThreadFacts,
} from '@enlace/contracts';
import { equalBytes, toHex, type PersonId } from '@enlace/kernel';

import { Refusal } from '../../platform/problem/refusal.js';
import type { BatchGround, KeptBlob } from './batch-ground.js';
import { judgeCommit } from './judge-commit.js';
import { judgeGrant } from './judge-grant.js';
import { judgeLife, lifeAfter } from './judge-life.js';
import { judgeRedaction } from './judge-redaction.js';
import { assertMaySeal, assertNext, assertSeen, place, type PlacedEntry } from './judge-entry.js';
import { recipientsOf, type LockedThread } from './locked-thread.js';
import {
  NO_DEED,
  type Deed,
  type NamedBlob,
  type NewRoster,
  type TakenEntry,
} from './taken-entry.js';
import { actionOfKind, actionsOfCommit } from './thread-about.js';
import { factsOf } from './thread-facts.js';

/** Clear kinds that this server takes in after the genesis. */
const TAKEN: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'commit',
  'leave',
  'access-request',
  'grant',
  'redaction',
  'lifecycle',
]);

/** Takes the entries of one append one after the other: each is judged by what those before it led to. */
export class AppendBatch {
  readonly taken: TakenEntry[] = [];
  readonly rosters: NewRoster[] = [];
  readonly named: NamedBlob[] = [];
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
    return (
      this.named.length > 0 ||
      this.taken.some(
        ({ before, after, redaction, life }) =>
          before.left !== after.left || redaction !== null || life !== null,
      )
    );
  }

  /** Throws what refuses the entry; nothing of the batch counts then. */
  async take(entry: Entry, bytes: Uint8Array): Promise<void> {
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
      ground.assertMay([actionOfKind(kind)], now);
      assertMaySeal(entry, now, facts);
      this.#keep(placed, moved);
      return;
    }
    await this.#takeClear(kind, { entry, placed, moved, facts });
  }

  async #takeClear(kind: ClearKind, taking: ClearTaking): Promise<void> {
    const body = decodeClearBody(kind, taking.entry.body);
    if (kind === 'commit') {
      this.#takeCommit(body, taking);
      return;
    }
    switch (kind) {
      case 'grant':
        await this.#takeGrant(body, taking);
        return;
      case 'redaction':
        await this.#takeRedaction(body, taking);
        return;
      case 'lifecycle':
        await this.#takeLife(body, taking);
        return;
      case 'genesis':
      case 'leave':
      case 'access-request':
        this.#takePlain(kind, body, taking);
    }
  }

  #takePlain(kind: ClearKind, body: ClearBody, { placed, moved }: ClearTaking): void {
    const { now, ground } = this;
    ground.assertMay([actionOfKind(kind)], now);
    if (kind === 'leave') {
      const { personId } = parseThreadStatement('leave', body.statement);
      const own = ground.device.person.personId;
      if (personId !== own) throw new Refusal('entry.malformed');
      this.#keep(placed, { ...moved, left: [...now.left, own], standing: null });
      return;
    }
    parseThreadStatement('access-request', body.statement);
    this.#keep(placed, moved);
  }

  async #takeGrant(body: ClearBody, { entry, placed, moved, facts }: ClearTaking): Promise<void> {
    const { now, ground } = this;
    const { seq } = placed.head;
    const { sha256, bytes, isNamed } = this.#findBlob(body.grantHash);
    if (isNamed) throw new Refusal('blob.missing');
    const before = this.taken.map((one) => one.placed.entry.header);
    const judging = { ...ground, now, facts, entry, seq, before };
    const history = await judgeGrant(body, bytes, judging);
    this.named.push({ sha256, seq, grantId: history?.grantId ?? null });
    this.#keep(placed, moved, { history });
  }

  async #takeRedaction(body: ClearBody, { placed, moved }: ClearTaking): Promise<void> {
    const { seq } = placed.head;
    const redaction = await judgeRedaction(body, { ...this.ground, now: this.now, seq });
    this.#keep(placed, moved, { redaction });
  }

  async #takeLife(body: ClearBody, { placed, moved }: ClearTaking): Promise<void> {
    const { seq, acceptedAtMs } = placed.head;
    const before = this.taken.flatMap(({ life }) => life?.approvals ?? []);
    const spent = before.map(({ nonce }) => nonce);
    const judging = { ...this.ground, now: this.now, seq, acceptedAtMs, spent };
    const life = await judgeLife(body, judging);
    this.#keep(placed, lifeAfter(moved, life), { life });
  }

  #takeCommit(body: ClearBody, { entry, placed, moved, facts }: ClearTaking): void {
    const { now, ground } = this;
    const { changes } = parseThreadStatement('commit', body.statement);
    ground.assertMay(actionsOfCommit(changes), now);
    const { seq } = placed.head;
    const message = body.message ?? this.#takeBlob(body.messageHash, seq);
    const grant = body.grantHash === undefined ? null : this.#takeBlob(body.grantHash, seq);
    this.#takeBlob(body.packageHash, seq);
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
    this.#keep(placed, after, { commit });
  }

  // A commit brings blobs of its own. The package goes with the commit after it: one that is the grant or the message
  // of another commit as well would take it away from those who still have to read it.
  #takeBlob(hash: Uint8Array | undefined, seq: number): Uint8Array {
    const { sha256, bytes, isNamed } = this.#findBlob(hash);
    if (isNamed) throw new Refusal('commit.invalid', { facts: { rule: 'blob' } });
    this.named.push({ sha256, seq, grantId: null });
    return bytes;
  }

  #findBlob(sha256: Uint8Array | undefined): KeptBlob & { readonly sha256: Uint8Array } {
    const blob = sha256 === undefined ? undefined : this.ground.blobs.get(toHex(sha256));
    if (sha256 === undefined || blob === undefined) throw new Refusal('blob.missing');
    const isNamed = this.named.some((named) => equalBytes(named.sha256, sha256));
    return { sha256, bytes: blob.bytes, isNamed: blob.isNamed || isNamed };
  }

  // An entry is for whoever was there before it and whoever is there after it: a removed person still gets the commit
  // that removes him. The entries after it are for those who stay.
  #keep(placed: PlacedEntry, after: LockedThread, deed: Partial<Deed> = {}): void {
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
      ...NO_DEED,
      ...deed,
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
