import {
  findRequestMove,
  isMoveOf,
  rolesFor,
  type Action,
  type RequestShown,
} from '@enlace/contracts';
import { readContent, type Content } from '@enlace/e2ee';
import {
  canonicalJson,
  formatInstant,
  isJsonObject,
  utf8,
  type PersonId,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import type { VerifiedPerson } from '@enlace/trust';

import { RecordAbsent, ThreadRecord } from '../records/thread-record.js';
import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import { certifiedAs, stateAt } from '../threads/certified-then.js';
import type { KeptEntry } from '../threads/kept/kept-entry.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { readThread } from './find-request.js';
import { heldRequests, type HeldRequest } from './held-requests.js';
import { RequestOpinions } from './request-opinions.js';
import { leftIn, pairIn, REQUEST_RECORD, requestIn } from './request-schema.js';
import { moveRequest, showRequest, type RequestStepAsked } from './tracking.js';

type Status = RequestShown['status'];
type Told = Extract<Content<'message'>, { readonly type: 'request.step' }>;

/** What is told of a step in the thread, and never to the server. */
export type StepWords = Pick<Told, 'reason' | 'on' | 'extent'>;

/** A step as a thread has it: from whom, when the log took it in, and what was said with it. */
export interface ToldStep {
  readonly threadId: ThreadId;
  readonly seq: number;
  readonly to: Status;
  readonly at: string;
  readonly by: PersonId;
  readonly state: string;
  /** The day on which it happened where the formal channel is, where that was said. */
  readonly on: string | null;
  readonly reason: string | null;
  readonly extent: NonNullable<Told['extent']> | null;
}

/** Somebody wrote in a thread that a request went somewhere. */
interface Claimed {
  readonly from: Status | null;
  readonly to: Status;
  readonly words: StepWords;
}

/** What a thread has of a request, and the places of the opinions that are what they state. */
type ReadRequest = HeldRequest & { readonly opinions: ReadonlySet<number> };

/** Whoever made a draft took its first step. */
const BEGINNING: Action = 'request.create';

/** Steps of requests as the threads of one device tell them, and those that it takes. */
export class RequestSteps {
  readonly #ports: ThreadPorts;
  readonly #opinions: RequestOpinions;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
    this.#opinions = new RequestOpinions(ports);
  }

  /**
   * Takes a step, and tells it in the thread: of the two States where it was shared with the other one, else of the
   * own unit. The server judges first: what it refuses is told nowhere. Where the words were lost after the step, the
   * same step again tells them. Throws the refusal of the server, `record.*`; `record.absent` for a reason that has no
   * thread here.
   */
  async take(
    by: { readonly session: Session; readonly show: ShowPresence },
    requestId: RequestId,
    { words, ...asked }: Omit<RequestStepAsked, 'from'> & { readonly words: StepWords },
  ): Promise<RequestShown> {
    const { to } = asked;
    const before = await showRequest(by.session, requestId);
    const place = await this.placeFor(requestId, to);
    if (place === null && words.reason !== undefined) throw new RecordAbsent();
    const told = before.status === to ? await this.on(requestId) : [];
    const last = told.findLast(({ threadId }) => threadId === place?.place.threadId);
    const untold = last === undefined || last.to === to ? null : last.to;
    const from = untold ?? before.status;
    const step = { ...asked, from };
    const after =
      untold === null ? await moveRequest(by.session, requestId, { step, show: by.show }) : before;
    await place?.say({
      type: 'request.step',
      recordId: place.place.recordId,
      from,
      to,
      ...words,
    });
    return after;
  }

  /** Where a step to there is told; null where no thread of this device has the request. */
  async placeFor(requestId: RequestId, to: Status): Promise<ThreadRecord | null> {
    const held = await this.#held(requestId);
    const draft = held.find(({ kind }) => kind === 'draft');
    const shared = to === 'draft' ? undefined : held.findLast(({ kind }) => kind === 'shared');
    const place = (shared ?? draft)?.record.place;
    if (place === undefined) return null;
    return ThreadRecord.open(this.#ports, { ...place, schema: REQUEST_RECORD });
  }

  /**
   * Every step that threads of this device tell, in the order in which their logs took them in, from whoever had the
   * office for it then. What any other member writes is none.
   */
  async on(requestId: RequestId): Promise<readonly ToldStep[]> {
    const told: ToldStep[] = [];
    for (const held of await this.#held(requestId)) {
      const work = await readThread(this.#ports, held.threadId);
      const place = { ...held.record.place, schema: REQUEST_RECORD };
      const record = await ThreadRecord.asKept(this.#ports, place, work);
      const opinions = held.kind === 'draft' ? [] : await this.#opinions.on(record);
      const valid = new Set(opinions.map(({ seq }) => seq));
      for (const entry of await work.follower.shelf.entries(held.threadId)) {
        told.push(...this.#stepIn(entry, { ...held, record, opinions: valid }));
      }
    }
    return told.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  }

  /** Of an own draft only what it names itself was shared: members of other threads write records that say so. */
  async #held(requestId: RequestId): Promise<readonly HeldRequest[]> {
    const held = (await heldRequests(this.#ports)).filter((one) => one.requestId === requestId);
    const draft = held.find(({ kind }) => kind === 'draft');
    if (draft === undefined) return held;
    const left = new Set(leftIn(draft.record.value).map(({ recordId }) => recordId));
    return held.filter(
      ({ kind, record: { place } }) => kind === 'draft' || left.has(place.recordId),
    );
  }

  #stepIn(entry: KeptEntry, held: ReadRequest): readonly ToldStep[] {
    const { author, seq, acceptedAtMs } = entry;
    const claimed = claimedIn(entry, held);
    if (claimed === null || author === null) return [];
    const { from, to, words } = claimed;
    const state = this.#stateOf(author.personId, { from, to, held, acceptedAtMs });
    if (state === null) return [];
    const { reason = null, on = null, extent = null } = words;
    const at = formatInstant(acceptedAtMs);
    const { threadId } = held;
    return [{ threadId, seq, to, at, by: author.personId, state, on, reason, extent }];
  }

  /** The State for which somebody could take that step then; null where the person could not. */
  #stateOf(
    personId: PersonId,
    {
      from,
      to,
      held,
      acceptedAtMs,
    }: Pick<Claimed, 'from' | 'to'> & {
      readonly held: HeldRequest;
      readonly acceptedAtMs: number;
    },
  ): string | null {
    const move = from === null ? null : findRequestMove(from, to);
    if (from !== null && move === null) return null;
    const roles = rolesFor(move?.action ?? BEGINNING);
    const counts = (person: VerifiedPerson) => person.roles.some((role) => roles.has(role));
    const asked = { nowMs: this.#ports.clock.nowMs(), counts };
    const state = stateAt(certifiedAs(this.#ports.directory(), personId, asked), acceptedAtMs);
    const [requesting, requested] = pairOf(held);
    const side = state === requesting ? 'requesting' : 'requested';
    if (state === null || (side === 'requested' && state !== requested)) return null;
    const isTheirs =
      move === null
        ? side === 'requesting'
        : [false, true].some((isReported) => isMoveOf(move, side, isReported));
    return isTheirs ? state : null;
  }
}

function pairOf({ kind, record: { value } }: HeldRequest): readonly (string | undefined)[] {
  if (kind === 'shared') return pairIn(value);
  const request = requestIn(value);
  return [request?.requestingState, request?.requestedState];
}

function claimedIn({ seq, kind, effect }: KeptEntry, read: ReadRequest): Claimed | null {
  const { content } = effect;
  if (kind !== 'message' || effect['effect'] !== 'content' || !isJsonObject(content)) return null;
  if (content['recordId'] !== read.record.place.recordId) return null;
  // It was read when it was taken in; the store keeps it as JSON, which has no types.
  const said = readContent(utf8(canonicalJson(content)), { kind: 'message', seq });
  return said.type === 'request.step'
    ? { from: said.from, to: said.to, words: wordsOf(said) }
    : madeBy(said, seq, read);
}

/** What was begun, frozen, shared and given an opinion on stands in the thread by itself, and tells its step. */
function madeBy(
  said: Content<'message'>,
  seq: number,
  { kind, record, opinions }: ReadRequest,
): Claimed | null {
  const isDraft = kind === 'draft';
  const isFrozen = (version: number) => record.versions.some((one) => one.version === version);
  const isOurs = (isSound: boolean, step: Omit<Claimed, 'words'>): Claimed | null =>
    isSound ? { ...step, words: {} } : null;
  if (said.type === 'record.create') return isOurs(isDraft, { from: null, to: 'draft' });
  if (said.type === 'record.freeze') {
    return isOurs(isDraft && isFrozen(said.version), { from: 'draft', to: 'frozen' });
  }
  if (said.type === 'opinion.request') {
    return isOurs(!isDraft && isFrozen(said.version), { from: 'draft', to: 'shared' });
  }
  return isOurs(opinions.has(seq), { from: 'shared', to: 'opinion' });
}

function wordsOf({ reason, on, extent }: Told): StepWords {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(on === undefined ? {} : { on }),
    ...(extent === undefined ? {} : { extent }),
  };
}
