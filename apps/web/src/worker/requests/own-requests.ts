import {
  createRequest,
  heldRequests,
  keepBeginning,
  listRequests,
  remindedRequests,
  RequestOpinions,
  RequestRecords,
  settleBeginning,
  type HeldRequest,
} from '@enlace/client';
import { STATES, type State } from '@enlace/contracts';
import { isJsonObject } from '@enlace/kernel';
import {
  check,
  parseDay,
  parseRequest,
  readRequest,
  SCHEMA_VERSION,
  withoutGuardedNames,
  type IsoDate,
  type MlaRequest,
  type PackSet,
} from '@enlace/mla';

import { changed } from '../../protocol/document-change.js';
import type { ArgsOf, ListedRequest, ResultOf, ShownRequest } from '../../protocol/operations.js';
import { keepKeys, unlessFault } from '../threads/keeping.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import {
  heldInWords,
  ownStateOf,
  packsNow,
  shown,
  shownNow,
  threadFor,
  trackedInWords,
  withDraft,
} from './desk-of-requests.js';
import { RequestNotTaken } from './request-errors.js';

type Held = NonNullable<ListedRequest['held']>;

/** Threads that are read at once for the requests in them. */
const READ_FOR_LIST = 8;

/**
 * Requests of the person who works here, as records of threads. Throws the refusal of the server, `client.*`,
 * `directory.refused`, `store.damaged`, `request.*`, `record.*`.
 */
export class OwnRequests {
  constructor(private readonly room: Workroom) {}

  /**
   * What the server tracks, with what this browser can read of it and what comes near; threads that are new are read
   * first.
   */
  async list({ today }: ArgsOf<'request.list'>): Promise<ResultOf<'request.list'>> {
    return this.room.work(async (desk) => {
      const { threads, seat, ports } = desk;
      const { session } = seat;
      const tracked = await listRequests(session);
      const listed = await threads.list();
      const unread = listed.filter(({ seq, readSeq }) => seq > readSeq).slice(0, READ_FOR_LIST);
      for (const { threadId } of unread) await threads.read(threadId).catch(unlessFault);
      if (unread.length > 0) await keepKeys(threads);
      const held = await heldRequests(ports);
      const ground = { packs: await packsNow(desk), today: parseDay(today) };
      const reminded = await remindedRequests({ ports, session }, tracked, ground);
      const answer: ListedRequest[] = [];
      for (const { tracked: one, reminders } of reminded) {
        const of = held.filter(({ requestId }) => requestId === one.requestId);
        const found = of.find(({ kind }) => kind === 'draft') ?? of[0];
        answer.push({
          tracked: trackedInWords(one),
          held: found === undefined ? null : listedTitle(heldInWords(found.record, listed), ground),
          neededBy: found === undefined ? null : await neededByOf(ports, found),
          due: (reminders?.due ?? []).map(({ kind, on, daysLeft }) => ({ kind, on, daysLeft })),
          isFormal: reminders?.informsCentralAuthorities ?? false,
        });
      }
      return answer;
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
      const threadId = await threadFor(desk, { caseId, title, states: [ownState] });
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
    return this.room.work(async (desk) => shownNow(desk, requestId));
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
}

/** Until when the newest version of what another State shared is to be answered. */
async function neededByOf(
  ports: Desk['ports'],
  { kind, record }: HeldRequest,
): Promise<ListedRequest['neededBy']> {
  const version = record.versions.at(-1)?.version;
  if (kind !== 'shared' || version === undefined) return null;
  const asked = await new RequestOpinions(ports).asked(record);
  return asked.get(version)?.neededBy ?? null;
}

/** In lists nobody is named whom a rule of protection guards with a blocker; what packs say changes none of these. */
function listedTitle(
  held: Held,
  { packs, today }: { readonly packs: PackSet; readonly today: IsoDate },
): Held {
  if (held.kind !== 'draft') return held;
  const parsed = parseRequest(held.text);
  const report = check(JSON.parse(held.text), packs, today);
  if (parsed.kind === 'malformed' || report.verdict === 'malformed') return held;
  return { ...held, title: withoutGuardedNames(parsed.request, report.findings)(held.title) };
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
