import {
  leftIn,
  heldRequests,
  moveRequest,
  NOTHING_ASKED,
  previewOf,
  RequestOpinions,
  RequestRecords,
  requestIn,
  RequestWaivers,
  showRequest,
  type OpinionAsked,
  type Preview,
  type ThreadRecord,
} from '@enlace/client';
import { findOpinion, STATES } from '@enlace/contracts';
import { parseId, type PersonId, type RequestId, type ThreadId } from '@enlace/kernel';
import { digestOf, parseDay, readAnswers, withoutNames } from '@enlace/mla';

import type { ArgsOf, ResultOf, SharedVersion, ShownRequest } from '../../protocol/operations.js';
import { keepKeys } from '../threads/keeping.js';
import { sayTitle } from '../threads/own-threads.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import {
  isOfPair,
  ownStateOf,
  packsNow,
  placeOf,
  shownNow,
  statusBefore,
  threadFor,
  withNames,
} from './desk-of-requests.js';
import { NoStep, OpinionNotTaken, OtherVersion, RequestNotHere } from './request-errors.js';

/** An invitation that nobody takes up ends by itself. In days. */
const INVITATION_DAYS = 14;

/**
 * What leaves the own State of a request before it is formal, and what the other State says of it. Throws the refusal
 * of the server, `client.*`, `directory.refused`, `store.damaged`, `request.*`, `record.*`.
 */
export class SharedRequests {
  constructor(private readonly room: Workroom) {}

  /** Exactly what would travel, and the threads of the case that are open to the two States alone. */
  async preview({
    requestId,
    ...about
  }: ArgsOf<'request.preview'>): Promise<ResultOf<'request.preview'>> {
    return this.room.work(async (desk) => {
      const { threadId } = await placeOf(desk, requestId);
      const { projection, sha256 } = await desk.threads.alone([threadId], async () =>
        previewNow(desk, await draftOf(desk, requestId), about),
      );
      const { caseId, listed } = await caseOf(desk, threadId);
      const threads: { readonly threadId: string; readonly title: string | null }[] = [];
      for (const one of listed) {
        if (one.caseId !== caseId) continue;
        const { states } = await desk.threads.held(one.threadId);
        if (isOfPair(states, projection))
          threads.push({ threadId: one.threadId, title: one.title });
      }
      return { text: JSON.stringify(projection), sha256, threads };
    });
  }

  /** What was seen is what goes out, or nothing does. A new thread is opened with one person of the other State. */
  async share({
    requestId,
    sha256: confirmed,
    asked,
    into,
    ...about
  }: ArgsOf<'request.share'>): Promise<ShownRequest> {
    return this.room.work(async (desk) => {
      const { threads, ports, seat } = desk;
      const id = parseId<RequestId>(requestId);
      const from = await statusBefore(desk, id, 'shared');
      const { threadId: own } = await placeOf(desk, requestId);
      const target =
        into.kind === 'thread'
          ? parseId<ThreadId>(into.threadId)
          : await pairThread(desk, { requestId, own, personId: into.personId });
      const { versionHash } = await threads.alone([own, target], async () => {
        const draft = await draftOf(desk, requestId);
        const preview = await previewNow(desk, draft, about);
        return new RequestRecords(ports).share(draft, target, { preview, confirmed, asked });
      });
      const step = { from, to: 'shared', versionHash } as const;
      await moveRequest(seat.session, id, { step, show: seat.show });
      await keepKeys(threads);
      return shownNow(desk, requestId);
    });
  }

  /** Every version that was shared, the newest of each thread first, with the opinions on it. */
  async versions({ requestId }: ArgsOf<'request.versions'>): Promise<ResultOf<'request.versions'>> {
    return this.room.work(async (desk) => {
      const found: SharedVersion[] = [];
      for (const threadId of await threadsWith(desk, requestId)) {
        found.push(
          ...(await desk.threads.alone([threadId], async () =>
            versionsIn(desk, requestId, threadId),
          )),
        );
      }
      return { ownState: ownStateOf(desk), versions: found };
    });
  }

  /** On the newest version that was read; the server judges first. A second one is one more, and no step. */
  async opine({
    requestId,
    threadId,
    version,
    text,
  }: ArgsOf<'request.opine'>): Promise<ResultOf<'request.versions'>> {
    const read = readAnswers(JSON.parse(text));
    if (read.kind === 'malformed') throw new OpinionNotTaken();
    await this.room.work(async (desk) => {
      const { ports, seat, threads } = desk;
      const id = parseId<RequestId>(requestId);
      const { status: from } = await showRequest(seat.session, id);
      if (findOpinion(from) === null) throw new NoStep(from, 'opinion');
      const ground = { session: seat.session, from, show: seat.show, state: ownStateOf(desk) };
      await threads.alone([parseId<ThreadId>(threadId)], async () => {
        const shared = await new RequestRecords(ports).shared(id, parseId(threadId));
        if (shared.versions.at(-1)?.version !== version) throw new OtherVersion();
        await new RequestOpinions(ports).give(shared, read.opinion, ground);
      });
      await keepKeys(threads);
    });
    return this.versions({ requestId });
  }
}

async function draftOf({ ports }: Desk, requestId: string): Promise<ThreadRecord> {
  const { threadId } = await placeOf({ ports }, requestId);
  return new RequestRecords(ports).draft(parseId<RequestId>(requestId), threadId);
}

/** By the packs as States confirmed them, on the day where the person sits, with what was ticked. */
async function previewNow(
  desk: Desk,
  draft: ThreadRecord,
  { today, ticked }: Pick<ArgsOf<'request.preview'>, 'today' | 'ticked'>,
): Promise<Preview> {
  const request = requestIn(draft.value);
  if (request === null) throw new RequestNotHere();
  const packs = await packsNow(desk);
  const waivers = await new RequestWaivers(desk.ports).on(draft);
  return previewOf(request, { packs, today: parseDay(today), waivers }, ticked);
}

async function caseOf({ threads }: Desk, threadId: ThreadId) {
  const listed = await threads.list();
  return { listed, caseId: listed.find((one) => one.threadId === threadId)?.caseId ?? null };
}

/** A thread of the two States in the case of the draft, with somebody of the requested one. */
async function pairThread(
  desk: Desk,
  {
    requestId,
    own,
    personId,
  }: { readonly requestId: string; readonly own: ThreadId; readonly personId: string },
): Promise<ThreadId> {
  const { record } = await placeOf(desk, requestId);
  const { caseId } = await caseOf(desk, own);
  const request = requestIn(record.value);
  if (caseId === null || request === null) throw new RequestNotHere();
  const { requestingState, requestedState } = request;
  const states = STATES.filter((one) => one === requestingState || one === requestedState);
  const title = withoutNames(request)(record.title);
  const threadId = await threadFor(desk, { caseId, title, states });
  await desk.threads.invite(threadId, {
    personId: parseId<PersonId>(personId),
    role: 'member',
    days: INVITATION_DAYS,
  });
  await sayTitle(desk.threads, threadId);
  return threadId;
}

/** Where versions of a request were read here. Of an own draft only what it names itself: members write records. */
async function threadsWith({ ports }: Desk, requestId: string): Promise<readonly ThreadId[]> {
  const held = (await heldRequests(ports)).filter((one) => one.requestId === requestId);
  if (held.length === 0) throw new RequestNotHere();
  const draft = held.find(({ kind }) => kind === 'draft');
  const left = draft === undefined ? null : leftIn(draft.record.value);
  const isOurs = ({ record: { place } }: (typeof held)[number]): boolean =>
    left === null || left.some(({ recordId }) => recordId === place.recordId);
  const shared = held.filter((one) => one.kind === 'shared' && isOurs(one));
  return [...new Set(shared.map(({ threadId }) => threadId))];
}

async function versionsIn(
  desk: Desk,
  requestId: string,
  threadId: ThreadId,
): Promise<readonly SharedVersion[]> {
  const { ports, people, directory } = desk;
  const record = await new RequestRecords(ports).shared(parseId<RequestId>(requestId), threadId);
  const opinions = new RequestOpinions(ports);
  const given = await opinions.on(record);
  const asked = await opinions.asked(record);
  await withNames(
    desk,
    given.map(({ author }) => author),
  );
  return record.versions.toReversed().map(({ version, value }, at) => ({
    threadId,
    title: record.title,
    version,
    isNewest: at === 0,
    sha256: digestOf(value['projection']),
    text: JSON.stringify(value['projection']),
    asked: askedInWords(asked.get(version)),
    opinions: given
      .filter((one) => one.version === version)
      .map(({ author, opinion }) => ({
        by: people.person(directory(), author),
        text: JSON.stringify(opinion),
      })),
  }));
}

function askedInWords(asked: OpinionAsked | undefined): SharedVersion['asked'] {
  const { questions, neededBy } = asked ?? NOTHING_ASKED;
  return { questions: [...questions], neededBy };
}
