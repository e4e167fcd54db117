import { moveRequest, RequestRecords, showRequest, type ThreadRecord } from '@enlace/client';
import { parseId, type RequestId, type ThreadId } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { keepKeys } from '../threads/keeping.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import { assertStep, ownStateOf, placeOf } from './desk-of-requests.js';
import { threadsWith } from './shared-requests.js';

/**
 * Takes a step that says nothing about a version of the request. The server judges first: what it refuses is not
 * explained in the thread. Should the words be lost after the step, whoever sees the refusal can write them there.
 * Throws the refusal of the server, `request.no-step`, `request.not-here`, `record.*`.
 */
export async function takeStep(
  room: Workroom,
  { requestId, to, formalReference, said }: ArgsOf<'request.step'>,
): Promise<ResultOf<'request.step'>> {
  return room.work(async (desk) => {
    const { session, show } = desk.seat;
    const id = parseId<RequestId>(requestId);
    const { status: from, requestingState } = await showRequest(session, id);
    const { side } = assertStep(from, to);
    const place = said === null ? null : await placeToSay(desk, { requestId, to });
    const step = {
      from,
      to,
      ...(formalReference === null ? {} : { formalReference }),
      ...(side === 'executing' && ownStateOf(desk) === requestingState ? { reported: true } : {}),
    };
    const { status } = await moveRequest(session, id, { step, show });
    if (place !== null && said !== null) {
      await desk.threads.alone([place.threadId], async () => {
        const record = await place.open();
        await record.say({ type: 'text', text: said });
      });
      await keepKeys(desk.threads);
    }
    return { status };
  });
}

interface Place {
  readonly threadId: ThreadId;
  readonly open: () => Promise<ThreadRecord>;
}

/** Where both States read it, if the request was shared; what becomes a draft again is the matter of the own unit. */
async function placeToSay(
  desk: Desk,
  { requestId, to }: Pick<ArgsOf<'request.step'>, 'requestId' | 'to'>,
): Promise<Place> {
  const id = parseId<RequestId>(requestId);
  const records = new RequestRecords(desk.ports);
  const shared = to === 'draft' ? undefined : (await threadsWith(desk, requestId)).at(-1);
  if (shared !== undefined) {
    return { threadId: shared, open: async () => records.shared(id, shared) };
  }
  const { threadId } = await placeOf(desk, requestId);
  return { threadId, open: async () => records.draft(id, threadId) };
}
