import { decodeEntry, type EntriesAppended, type ThreadStatement } from '@enlace/contracts';
import type { OpenThreadRequest } from '@enlace/contracts/dto';
import type { Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { Cases } from '../cases/cases.service.js';
import { DirectoryLog } from '../directory/directory-log.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { CLOCK } from '../platform/tokens.js';
import { EntryEvents } from './events/entry-events.js';
import { assertMoment, readGenesis, stateOf, takenGenesis, unopened } from './judging/genesis.js';
import { assertNext, assertSeen, place } from './judging/judge-entry.js';
import type { LockedThread } from './judging/locked-thread.js';
import { readBytes } from './read-bytes.js';
import { certified } from './judging/thread-facts.js';
import { appended, Repeats } from './repeats.js';
import { ThreadsRepository } from './threads.repository.js';

/** Where openings look and write. */
@Injectable()
export class OpeningRows {
  constructor(
    readonly threads: ThreadsRepository,
    readonly cases: Cases,
    readonly repeats: Repeats,
  ) {}
}

/** Opens threads: the first entry of a log makes the thread. */
@Injectable()
export class Openings {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly directory: DirectoryLog,
    private readonly rows: OpeningRows,
    private readonly events: EntryEvents,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes the genesis and its package. The same bytes again find the first receipt. Throws `case.not-found`,
   * `thread.not-found` when the id is taken, and what refuses an entry.
   */
  async open(act: ActContext, request: OpenThreadRequest): Promise<EntriesAppended> {
    const bytes = readBytes(request.entry);
    const entry = decodeEntry(bytes);
    const packed = readBytes(request.package);
    const { threadId, entryId } = entry.header;
    return this.acts.run(act, async (at) => {
      const known = await this.rows.threads.lock(at.tx, threadId, [entryId]);
      if (known !== null) {
        const { thread, receipts } = known;
        return this.rows.repeats.answer(at, thread, { entries: [entry], receipts });
      }
      const { deviceId } = getSession(at);
      const { statement, packageHash } = readGenesis(entry, packed);
      const directory = await this.directory.current(at.tx);
      const nowMs = this.clock.nowMs();
      const device = certified(directory, deviceId, nowMs);
      await this.#assertMay(at, statement);
      const state = stateOf(entry, statement, device);
      assertMoment(state, nowMs);
      const before = unopened(state);
      assertNext(entry, before, device);
      assertSeen(entry, entry.header.seenSeq === 0 ? before.head.chain : undefined);
      const placed = place(entry, bytes, { head: before.head, nowMs });
      const { personId } = device.person;
      const leaf = { leaf: 0, deviceId, personId, updatedMs: placed.head.acceptedAtMs };
      const after: LockedThread = {
        ...before,
        head: placed.head,
        leaves: [leaf],
        device: { seq: 1, lastHash: placed.hash },
      };
      await this.events.recordOpening(at, after);
      const taken = takenGenesis({ placed, before, after });
      const receipt = await this.events.record(at, taken, directory);
      const { chain, acceptedAtMs } = placed.head;
      await this.rows.threads.open(at.tx, {
        state,
        leaf,
        chain,
        acceptedAtMs,
        packageHash,
        package: packed,
        entryId,
        entry: bytes,
        entryHash: placed.hash,
        receipt,
      });
      return appended(after, [receipt]);
    });
  }

  async #assertMay(at: ActTransaction, { caseId, policy }: ThreadStatement<'genesis'>) {
    const { states } = await this.rows.cases.findFor(at, caseId, 'thread.create');
    // A thread is among States of its case, and is opened in the name of the own one.
    const isWithin = policy.states.every((state) => states.includes(state));
    if (!isWithin || policy.originator !== getSession(at).state) {
      throw new Refusal('access.denied', { facts: { ruleId: 'B-001' } });
    }
  }
}
