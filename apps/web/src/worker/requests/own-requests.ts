import {
  createRequest,
  heldRequests,
  keepBeginning,
  listRequests,
  RequestRecords,
  settleBeginning,
  showCase,
  showRequest,
  type ThreadRecord,
} from '@enlace/client';
import { GROUP_SUITES, STATES, THREAD_LIMITS, type State } from '@enlace/contracts';
import { isJsonObject, parseId, type CaseId, type RequestId, type ThreadId } from '@enlace/kernel';
import { readRequest, SCHEMA_VERSION, parseRequest, type MlaRequest } from '@enlace/mla';

import { changed } from '../../protocol/document-change.js';
import type { ArgsOf, ListedRequest, ResultOf, ShownRequest } from '../../protocol/operations.js';
import { isForNow, keepKeys, unlessFault } from '../threads/keeping.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import {
  heldInWords,
  ownStateOf,
  placeOf,
  trackedInWords,
  waiversInWords,
  withDraft,
} from './desk-of-requests.js';
import { RequestNotTaken } from './request-errors.js';

/** Threads that are read at once for the requests in them. */
const READ_FOR_LIST = 8;

/**
 * Requests of the person who works here, as records of threads. Throws the refusal of the server, `client.*`,
 * `directory.refused`, `store.damaged`, `request.*`, `record.*`.
 */
export class OwnRequests {
  constructor(private readonly room: Workroom) {}

  /** What the server tracks, with what this browser can read of it; threads that are new are read first. */
  async list(): Promise<ResultOf<'request.list'>> {
    return this.room.work(async (desk) => {
      const { threads, seat, ports } = desk;
      const tracked = await listRequests(seat.session);
      const listed = await threads.list();
      const unread = listed.filter(({ seq, readSeq }) => seq > readSeq).slice(0, READ_FOR_LIST);
      for (const { threadId } of unread) await threads.read(threadId).catch(unlessFault);
      if (unread.length > 0) await keepKeys(threads);
      const held = await heldRequests(ports);
      return tracked.map((one): ListedRequest => {
        const of = held.filter(({ requestId }) => requestId === one.requestId);
        const found = of.find(({ kind }) => kind === 'draft') ?? of[0];
        return {
          tracked: trackedInWords(one),
          held: found === undefined ? null : heldInWords(found.record, listed),
        };
      });
    });
  }

  /** Given again after a lost answer it goes on: the thread and the draft are found by what they are called. */
  async begin({
    caseId,
    requestedState: named,
    title,
    text: given,
  }: ArgsOf<'request.begin'>): Promise<ResultOf<'request.begin'>> {
    return this.room.work(async (desk) => {
      const { threads, ports, seat } = desk;
      const ownState = ownStateOf(desk);
      const requestedState = STATES.find((one) => one === named && one !== ownState);
      if (requestedState === undefined) throw new RequestNotTaken('other-pair');
      const request = beginningOf(given, [ownState, requestedState]);
      const threadId = await this.#threadFor(desk, { caseId, title, ownState });
      const names = await keepBeginning(ports, { threadId, text: JSON.stringify(request) });
      await threads.alone([threadId], async () =>
        new RequestRecords(ports).begin(threadId, { ...names, title, request }),
      );
      const { requestId } = names;
      await createRequest(seat.session, { requestId, requestedState });
      await settleBeginning(ports.store);
      await keepKeys(threads);
      return { requestId };
    });
  }

  async open({ requestId }: ArgsOf<'request.open'>): Promise<ShownRequest> {
    return this.room.work(async (desk) => {
      const { kind, threadId } = await placeOf(desk, requestId);
      const records = new RequestRecords(desk.ports);
      const id = parseId<RequestId>(requestId);
      return desk.threads.alone([threadId], async () => {
        const record = await (kind === 'draft'
          ? records.draft(id, threadId)
          : records.shared(id, threadId));
        return shown(desk, record, requestId);
      });
    });
  }

  /** Changes of what the page shows, made on the draft as it is now. */
  async write({ requestId, changes }: ArgsOf<'request.write'>): Promise<ShownRequest> {
    return this.room.work(async (desk) => {
      const answer = await withDraft(desk, requestId, async (draft) => {
        const { request: before } = draft.value;
        const request = changed(isJsonObject(before) ? before : {}, changes);
        assertTaken(request, before);
        const isOut = await draft.change({ ...draft.value, request });
        return { ...(await shown(desk, draft, requestId)), isOut };
      });
      await keepKeys(desk.threads);
      return answer;
    });
  }

  /** A thread of the own State alone, in the case; the one that a lost answer has left is used. */
  async #threadFor(
    { threads, seat }: Desk,
    draft: { readonly caseId: string; readonly title: string; readonly ownState: State },
  ): Promise<ThreadId> {
    const { title, ownState } = draft;
    const inCase = await showCase(seat.session, parseId<CaseId>(draft.caseId));
    const { caseId, caseType, legalBasis } = inCase;
    for (const one of await threads.list()) {
      if (one.caseId !== caseId || one.title !== title) continue;
      const { states, reading } = await threads.held(one.threadId);
      // With its title alone: nothing was begun in it.
      const isEmpty = reading.entries.every(({ seq }) => seq <= 2);
      if (states.join(',') === ownState && isEmpty) return one.threadId;
    }
    const { threadId } = await threads.open({
      caseId,
      caseType,
      legalBasis,
      title,
      states: [ownState],
      purpose: 'mla-preparation',
      level: 'informal',
      handlingFloor: 'EN1',
      retentionDays: THREAD_LIMITS.usualRetentionDays,
      suite: GROUP_SUITES.xWing,
    });
    return threadId;
  }
}

async function shown(desk: Desk, record: ThreadRecord, requestId: string): Promise<ShownRequest> {
  const held = heldInWords(record);
  return {
    tracked: await trackedNow(desk, requestId),
    held,
    ownState: ownStateOf(desk),
    isWhole: record.isWhole,
    isOut: true,
    waivers: held.kind === 'draft' ? await waiversInWords(desk, record) : [],
  };
}

async function trackedNow({ seat }: Desk, requestId: string): Promise<ShownRequest['tracked']> {
  try {
    return trackedInWords(await showRequest(seat.session, parseId<RequestId>(requestId)));
  } catch (error) {
    if (!isForNow(error)) throw error;
    return null;
  }
}

/** What a draft begins with. Throws `request.not-taken`. */
function beginningOf(
  text: string | null,
  [requestingState, requestedState]: readonly [State, State],
): MlaRequest {
  const pair = { requestingState, requestedState };
  if (text === null) return { schemaVersion: SCHEMA_VERSION, requestKind: 'new', ...pair };
  const parsed = parseRequest(text);
  if (parsed.kind === 'malformed') throw new RequestNotTaken('malformed');
  const { request } = parsed;
  if (request.requestingState !== requestingState) throw new RequestNotTaken('other-state');
  if (request.requestedState !== requestedState) throw new RequestNotTaken('other-pair');
  return request;
}

/** What the server tracks stays: another pair is another request. */
function assertTaken(next: unknown, before: unknown): void {
  const [read, kept] = [readRequest(next), readRequest(before)];
  if (read.kind === 'malformed' || kept.kind === 'malformed')
    throw new RequestNotTaken('malformed');
  const pairs = [read, kept].map(
    ({ request }) => `${request.requestingState ?? ''}>${request.requestedState ?? ''}`,
  );
  if (pairs[0] !== pairs[1]) throw new RequestNotTaken('other-pair');
}
