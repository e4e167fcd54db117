import { heldRequests, RequestSteps, showRequest } from '@enlace/client';
import { parseId, type RequestId } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { keepKeys } from '../threads/keeping.js';
import type { Workroom } from '../threads/workroom.js';
import { assertStep, ownStateOf } from './desk-of-requests.js';

/**
 * Takes a step that says nothing about a version of the request, and tells it in the thread. Should the words be lost
 * after the step, the same again tells them. Throws the refusal of the server, `request.no-step`, `record.*`.
 */
export async function takeStep(
  room: Workroom,
  { requestId, to, formalReference, reason }: ArgsOf<'request.step'>,
): Promise<ResultOf<'request.step'>> {
  return room.work(async (desk) => {
    const { session, show } = desk.seat;
    const id = parseId<RequestId>(requestId);
    const { status: from, requestingState } = await showRequest(session, id);
    const isReported =
      from !== to &&
      assertStep(from, to).side === 'executing' &&
      ownStateOf(desk) === requestingState;
    const step = {
      to,
      words: reason === null ? {} : { reason },
      ...(formalReference === null ? {} : { formalReference }),
      ...(isReported ? { reported: true } : {}),
    };
    const held = (await heldRequests(desk.ports)).filter((one) => one.requestId === id);
    const threads = held.map(({ threadId }) => threadId);
    const { status } = await desk.threads.alone(threads, async () =>
      new RequestSteps(desk.ports).take({ session, show }, id, step),
    );
    await keepKeys(desk.threads);
    return { status };
  });
}
