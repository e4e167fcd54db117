import { approveLife, readLifeApproval } from '@enlace/client';
import { parseId, systemClock, systemRandom, utf8, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';

import type { ArgsOf, ResultOf, ShownThread } from '../../protocol/operations.js';
import { madeFile } from '../files/made-file.js';
import type { OwnThreads } from '../threads/own-threads.js';
import type { Workroom } from '../threads/workroom.js';

/** What becomes of a thread, and what a second person signs for it. Throws as `Threads.changeLife`. */
export class OwnThreadLife {
  constructor(
    private readonly room: Workroom,
    private readonly threads: OwnThreads,
  ) {}

  /** By a steward: whoever sits there shows it for everything but closing. */
  async change({
    threadId,
    action,
    basis,
    until,
    approval,
  }: ArgsOf<'thread.change-life'>): Promise<ShownThread> {
    const approvals = approval === null ? [] : [approval];
    const life = { action, basis, ...termOf(until), approvals };
    return this.threads.after(threadId, async ({ threads, seat: { session, show } }, id) =>
      threads.changeLife(id, life, { session, show }),
    );
  }

  /** The approval of exactly this act, for once, as a file for whoever does it. No server is asked. */
  async approve({
    threadId,
    action,
    basis,
    until,
  }: ArgsOf<'thread.approve-life'>): Promise<ResultOf<'thread.approve-life'>> {
    await cryptoReady();
    return this.room.look(async ({ ports }) => {
      const about = { threadId: parseId<ThreadId>(threadId), action, basis, ...termOf(until) };
      const text = approveLife(about, ports.device.signSeed, systemRandom);
      return { files: [madeFile(`${action}-${threadId}.approval`, utf8(text))] };
    });
  }

  /** Throws `statement.refused`, `chain.refused`. */
  async readApproval({
    threadId,
    text,
  }: ArgsOf<'thread.read-approval'>): Promise<ResultOf<'thread.read-approval'>> {
    await cryptoReady();
    return this.room.work(async ({ directory, people }) => {
      const moment = { directory: directory(), nowMs: systemClock.nowMs() };
      const id = parseId<ThreadId>(threadId);
      const { action, basis, until = null, personId } = readLifeApproval(text, id, moment);
      await people.learn(directory(), [personId]);
      return { action, basis, until, by: people.person(directory(), personId) };
    });
  }
}

function termOf(until: string | null): { readonly until?: string } {
  return until === null ? {} : { until };
}
