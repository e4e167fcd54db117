import type { RecordId } from '@enlace/e2ee';
import { isDomainError, newId, parseId, type JsonObject, type ThreadId } from '@enlace/kernel';

import { recordsIn } from '../records/record-log.js';
import { RecordAbsent, ThreadRecord } from '../records/thread-record.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { REQUEST_RECORD, REQUEST_SCHEMA } from './request-schema.js';

/** Which record of a request is meant. */
interface WantedRequest {
  /** `null`: any thread that was read here. */
  readonly threadId: ThreadId | null;
  readonly isWanted: (found: FoundRequest) => boolean;
}

/** What a record says, and to which States its thread is open. */
interface FoundRequest {
  readonly threadId: ThreadId;
  readonly recordId: RecordId;
  readonly value: JsonObject;
  readonly states: readonly string[];
}

/** The record of a request. Throws `record.absent`, the refusal of the server, `client.*`. */
// Attacker-controlled: any member of any thread writes records that name a request.
export async function findRequest(
  ports: ThreadPorts,
  { threadId, isWanted }: WantedRequest,
): Promise<ThreadRecord> {
  for (const id of threadId === null ? await threadsOf(ports) : [threadId]) {
    const work = await readThread(ports, id);
    for (const created of recordsIn(await work.follower.shelf.entries(id))) {
      if (created.schema !== REQUEST_SCHEMA) continue;
      const recordId = parseId<RecordId>(created.recordId);
      const place = { threadId: id, recordId, schema: REQUEST_RECORD };
      const { value } = await ThreadRecord.asKept(ports, place, work);
      const isIt = isWanted({ threadId: id, recordId, value, states: statesOf(work) });
      if (isIt) return ThreadRecord.open(ports, place);
    }
  }
  throw new RecordAbsent();
}

/** States that a thread is open to, as verified commits say. */
export function statesOf({ view }: ThreadWork): readonly string[] {
  return view?.members?.state.policy.states ?? [];
}

/** To these States, and to no others. */
export function isOpenTo(states: readonly string[], expected: readonly string[]): boolean {
  const wanted = new Set(expected);
  return states.length === wanted.size && states.every((one) => wanted.has(one));
}

async function threadsOf(ports: ThreadPorts): Promise<readonly ThreadId[]> {
  const { follower } = await ThreadWork.open(ports, newId<ThreadId>(ports.clock, ports.random));
  return follower.shelf.threads();
}

/** With what is new; what was read of a thread that the server shows no more stays readable. */
export async function readThread(ports: ThreadPorts, threadId: ThreadId): Promise<ThreadWork> {
  const work = await ThreadWork.open(ports, threadId);
  try {
    await work.pull();
  } catch (error) {
    if (work.view === null || !isDomainError(error, 'thread.not-found')) throw error;
  }
  return work;
}
