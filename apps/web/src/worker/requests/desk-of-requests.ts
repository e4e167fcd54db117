import {
  heldRequests,
  isDraft,
  RequestRecords,
  RequestWaivers,
  type HeldRequest,
  type ThreadRecord,
} from '@enlace/client';
import { STATES, type RequestShown, type State } from '@enlace/contracts';
import { parseId, type RequestId } from '@enlace/kernel';

import type { ListedRequest, ResultOf, ShownRequest } from '../../protocol/operations.js';
import { isForNow } from '../threads/keeping.js';
import type { Desk } from '../threads/workroom.js';
import { RequestNotHere } from './request-errors.js';

type Held = ShownRequest['held'];
type Listed = Awaited<ReturnType<Desk['threads']['list']>>;

/** The State of whoever works here, by the directory. */
export function ownStateOf({ directory, ports }: Desk): State {
  const home = directory().homes.get(`person|${ports.device.self.personId}`);
  const state = STATES.find((one) => one === home);
  if (state === undefined) throw new RequestNotHere();
  return state;
}

/** Where a request is kept: the draft where both are readable. Throws `request.not-here`. */
export async function placeOf({ ports }: Desk, requestId: string): Promise<HeldRequest> {
  const held = (await heldRequests(ports)).filter((one) => one.requestId === requestId);
  const found = held.find(({ kind }) => kind === 'draft') ?? held[0];
  if (found === undefined) throw new RequestNotHere();
  return found;
}

/** Works on the draft of a request with what is new of it, alone in its thread. Throws `record.absent`. */
export async function withDraft<Result>(
  desk: Desk,
  requestId: string,
  act: (draft: ThreadRecord) => Promise<Result>,
): Promise<Result> {
  const id = parseId<RequestId>(requestId);
  const { threadId } = await placeOf(desk, requestId);
  return desk.threads.alone([threadId], async () =>
    act(await new RequestRecords(desk.ports).draft(id, threadId)),
  );
}

/** A record as a page shows it. */
export function heldInWords(
  { place: { threadId }, title, value }: ThreadRecord,
  threads: Listed = [],
): Held {
  const kind = isDraft(value) ? 'draft' : 'shared';
  const said = kind === 'draft' ? value['request'] : value['projection'];
  return {
    kind,
    threadId,
    caseId: threads.find((one) => one.threadId === threadId)?.caseId ?? null,
    title,
    text: JSON.stringify(said ?? {}),
  };
}

/** The members that the page shows, and no others. */
export function trackedInWords({
  requestId,
  requestingState,
  requestedState,
  status,
  statusAt,
  formalReference,
  nextReminderOn,
}: RequestShown): ListedRequest['tracked'] {
  const about = { requestId, requestingState, requestedState };
  return { ...about, status, statusAt, formalReference, nextReminderOn };
}

/** Findings that somebody considered, with who did. */
export async function waiversInWords(
  { ports, people, directory }: Desk,
  record: ThreadRecord,
): Promise<ResultOf<'request.open'>['waivers']> {
  const given = await new RequestWaivers(ports).on(record);
  try {
    await people.learn(
      directory(),
      given.map(({ by }) => by),
    );
  } catch (error) {
    if (!isForNow(error)) throw error;
  }
  return given.map(({ rule, ruleVersion, subject, values, isOfficer, reason, by }) => ({
    rule,
    ruleVersion,
    subject,
    values,
    isOfficer,
    reason,
    by: people.person(directory(), by),
  }));
}
