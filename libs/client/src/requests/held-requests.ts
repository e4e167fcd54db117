import type { RecordId } from '@enlace/e2ee';
import { newId, parseId, type RequestId, type ThreadId } from '@enlace/kernel';
import type { MlaRequest } from '@enlace/mla';

import { recordsIn } from '../records/record-log.js';
import { ThreadRecord } from '../records/thread-record.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { isOpenTo, statesOf } from './find-request.js';
import {
  isDraft,
  pairIn,
  REQUEST_RECORD,
  REQUEST_SCHEMA,
  requestIdIn,
  requestIn,
} from './request-schema.js';

/** A request as a thread that was read here keeps it. */
export interface HeldRequest {
  readonly requestId: RequestId;
  readonly threadId: ThreadId;
  /** A draft of the own State, or what was shared of one between its two States. */
  readonly kind: 'draft' | 'shared';
  readonly record: ThreadRecord;
}

/**
 * Every request that was read here, as it is kept: nothing is asked for it. What calls itself one in a thread with
 * other States than it may be open to is none.
 */
export async function heldRequests(ports: ThreadPorts): Promise<readonly HeldRequest[]> {
  const { directory, device, clock, random } = ports;
  const home = directory().homes.get(`person|${device.self.personId}`) ?? '';
  const { follower } = await ThreadWork.open(ports, newId<ThreadId>(clock, random));
  const held: HeldRequest[] = [];
  for (const threadId of await follower.shelf.threads()) {
    const work = await ThreadWork.open(ports, threadId);
    for (const { recordId, schema } of recordsIn(await follower.shelf.entries(threadId))) {
      if (schema !== REQUEST_SCHEMA) continue;
      const place = { threadId, recordId: parseId<RecordId>(recordId), schema: REQUEST_RECORD };
      const record = await ThreadRecord.asKept(ports, place, work);
      const { value } = record;
      if (typeof value['requestId'] !== 'string') continue;
      const kind = isDraft(value) ? 'draft' : 'shared';
      const states = kind === 'draft' ? [home] : pairIn(value);
      if (!isOpenTo(statesOf(work), states)) continue;
      held.push({ requestId: parseId(requestIdIn(value)), threadId, kind, record });
    }
  }
  return held;
}

/** Every draft of the own State that was read here. */
export async function heldDrafts(ports: ThreadPorts): Promise<readonly MlaRequest[]> {
  const held = await heldRequests(ports);
  return held.flatMap(({ kind, record }) => {
    const draft = kind === 'draft' ? requestIn(record.value) : null;
    return draft === null ? [] : [draft];
  });
}
