import type { RecordId } from '@enlace/e2ee';
import { newId, parseId, type ThreadId } from '@enlace/kernel';
import type { MlaRequest } from '@enlace/mla';

import { recordsIn } from '../records/record-log.js';
import { ThreadRecord } from '../records/thread-record.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { isOpenTo, statesOf } from './find-request.js';
import { REQUEST_RECORD, REQUEST_SCHEMA, requestIn } from './request-schema.js';

/** Every draft of the own State that was read here, as it is kept: nothing is asked for it. */
export async function heldDrafts(ports: ThreadPorts): Promise<readonly MlaRequest[]> {
  const { directory, device, clock, random } = ports;
  const home = directory().homes.get(`person|${device.self.personId}`) ?? '';
  const { follower } = await ThreadWork.open(ports, newId<ThreadId>(clock, random));
  const drafts: MlaRequest[] = [];
  for (const threadId of await follower.shelf.threads()) {
    const work = await ThreadWork.open(ports, threadId);
    if (!isOpenTo(statesOf(work), [home])) continue;
    for (const { recordId, schema } of recordsIn(await follower.shelf.entries(threadId))) {
      if (schema !== REQUEST_SCHEMA) continue;
      const place = { threadId, recordId: parseId<RecordId>(recordId), schema: REQUEST_RECORD };
      const { value } = await ThreadRecord.asKept(ports, place, work);
      const draft = requestIn(value);
      if (draft !== null) drafts.push(draft);
    }
  }
  return drafts;
}
