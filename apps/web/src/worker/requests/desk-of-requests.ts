import {
  confirmedFactsOf,
  heldRequests,
  isDraft,
  leftIn,
  RequestRecords,
  RequestWaivers,
  showCase,
  showRequest,
  type HeldRequest,
  type ThreadRecord,
} from '@enlace/client';
import {
  findRequestMove,
  GROUP_SUITES,
  STATES,
  THREAD_LIMITS,
  type RequestShown,
  type State,
} from '@enlace/contracts';
import {
  parseId,
  toHex,
  type CaseId,
  type JsonObject,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';

import { confirmPacks, shippedPacks, type PackSet } from '@enlace/mla';

import type { ListedRequest, ResultOf, ShownRequest } from '../../protocol/operations.js';
import { isForNow } from '../threads/keeping.js';
import type { Desk } from '../threads/workroom.js';
import { NoStep, RequestNotHere } from './request-errors.js';

type Held = ShownRequest['held'];
type Listed = Awaited<ReturnType<Desk['threads']['list']>>;

/** The State of whoever works here, by the directory. */
export function ownStateOf({ directory, ports }: Desk): State {
  const home = directory().homes.get(`person|${ports.device.self.personId}`);
  const state = STATES.find((one) => one === home);
  if (state === undefined) throw new RequestNotHere();
  return state;
}

/** The packs as States confirmed them, by the own directory. */
export async function packsNow({ directory }: Pick<Desk, 'directory'>): Promise<PackSet> {
  return confirmPacks(await shippedPacks(), confirmedFactsOf(directory())).packs;
}

/** Where a request is kept: the draft where both are readable. Throws `request.not-here`. */
export async function placeOf(
  { ports }: Pick<Desk, 'ports'>,
  requestId: string,
): Promise<HeldRequest> {
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
async function waiversInWords(
  { ports, people, directory }: Desk,
  record: ThreadRecord,
): Promise<ResultOf<'request.open'>['waivers']> {
  const given = await new RequestWaivers(ports).on(record);
  await withNames(
    { people, directory },
    given.map(({ by }) => by),
  );
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

/** A thread of these States alone, in the case; the one that a lost answer has left is used. */
export async function threadFor(
  { threads, seat }: Pick<Desk, 'threads' | 'seat'>,
  wanted: { readonly caseId: string; readonly title: string; readonly states: readonly State[] },
): Promise<ThreadId> {
  const { title, states } = wanted;
  const inCase = await showCase(seat.session, parseId<CaseId>(wanted.caseId));
  const { caseId, caseType, legalBasis } = inCase;
  for (const one of await threads.list()) {
    if (one.caseId !== caseId || one.title !== title) continue;
    const { states: open, reading } = await threads.held(one.threadId);
    // With its title alone: nothing was begun in it.
    const isEmpty = reading.entries.every(({ seq }) => seq <= 2);
    if (open.toSorted().join(',') === states.toSorted().join(',') && isEmpty) return one.threadId;
  }
  const { threadId } = await threads.open({
    caseId,
    caseType,
    legalBasis,
    title,
    states,
    purpose: 'mla-preparation',
    level: 'informal',
    handlingFloor: 'EN1',
    retentionDays: THREAD_LIMITS.usualRetentionDays,
    suite: GROUP_SUITES.xWing,
  });
  return threadId;
}

/** Whether a thread is open to the two States of a projection, and to no others. */
export function isOfPair(
  states: readonly string[],
  { requestingState, requestedState }: JsonObject,
): boolean {
  const pair = [requestingState, requestedState].map(String).toSorted();
  return states.toSorted().join(',') === pair.join(',');
}

export async function shown(
  desk: Desk,
  record: ThreadRecord,
  requestId: string,
): Promise<ShownRequest> {
  const held = heldInWords(record);
  return {
    tracked: await trackedNow(desk, requestId),
    held,
    ownState: ownStateOf(desk),
    isWhole: record.isWhole,
    passedOver: [...record.marks],
    isOut: true,
    waivers: held.kind === 'draft' ? await waiversInWords(desk, record) : [],
    frozen: held.kind === 'draft' ? frozenIn(record) : null,
  };
}

/** Versions are kept in the order in which they left, as what they were checked with. */
function frozenIn({ versions }: ThreadRecord): ShownRequest['frozen'] {
  const newest = versions.at(-1);
  if (newest === undefined) return null;
  const { version, hash, value } = newest;
  const left = leftIn(value).findLast(({ kind }) => kind === 'frozen');
  return { version, sha256: toHex(hash), checked: left?.checked ?? null };
}

async function trackedNow({ seat }: Desk, requestId: string): Promise<ShownRequest['tracked']> {
  try {
    return trackedInWords(await showRequest(seat.session, parseId<RequestId>(requestId)));
  } catch (error) {
    if (!isForNow(error)) throw error;
    return null;
  }
}

/** A request as it is now, alone in its thread. */
export async function shownNow(desk: Desk, requestId: string): Promise<ShownRequest> {
  const { kind, threadId } = await placeOf(desk, requestId);
  const records = new RequestRecords(desk.ports);
  const id = parseId<RequestId>(requestId);
  return desk.threads.alone([threadId], async () => {
    const record = await (kind === 'draft'
      ? records.draft(id, threadId)
      : records.shared(id, threadId));
    return shown(desk, record, requestId);
  });
}

/** Learns the names of people, as far as somebody answers. */
export async function withNames(
  { people, directory }: Pick<Desk, 'people' | 'directory'>,
  personIds: readonly string[],
): Promise<void> {
  try {
    await people.learn(directory(), personIds);
  } catch (error) {
    if (!isForNow(error)) throw error;
  }
}

/** Where a request stands, before anything is done that only a step from there allows. Throws `request.no-step`. */
export async function statusBefore(
  { seat }: Pick<Desk, 'seat'>,
  requestId: RequestId,
  to: RequestShown['status'],
): Promise<RequestShown['status']> {
  const { status } = await showRequest(seat.session, requestId);
  assertStep(status, to);
  return status;
}

/** Throws `request.no-step`. */
export function assertStep(
  from: RequestShown['status'],
  to: RequestShown['status'],
): NonNullable<ReturnType<typeof findRequestMove>> {
  const move = findRequestMove(from, to);
  if (move === null) throw new NoStep(from, to);
  return move;
}
