import { rolesFor, type RequestShown, type Role, type State } from '@enlace/contracts';
import type { RecordId } from '@enlace/e2ee';
import {
  canonicalJson,
  formatInstant,
  isJsonObject,
  newId,
  parseHex,
  parseId,
  parseStrictJson,
  toBase64Url,
  toHex,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import { readOpinion, type GivenAnswers, type Opinion } from '@enlace/mla';
import type { VerifiedPerson } from '@enlace/trust';

import { RecordAbsent, ThreadRecord, type FrozenVersion } from '../records/thread-record.js';
import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import { certifiedAs, stateAt } from '../threads/certified-then.js';
import type { KeptEntry } from '../threads/kept/kept-entry.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { readAsking, type OpinionAsked } from './opinion-asked.js';
import { asJson, isDraft, leftIn, pairIn, REQUEST_RECORD, requestIdIn } from './request-schema.js';
import { moveRequest } from './tracking.js';

/** An opinion as it stands in a thread; `author` is who sealed it, by the log. */
export interface ShownOpinion {
  readonly seq: number;
  readonly threadId: ThreadId;
  readonly author: string;
  readonly version: number;
  readonly opinion: Opinion;
}

/** What is asked about a version, and by whom for which State. */
export interface ShownAsking extends OpinionAsked {
  readonly version: number;
  readonly by: string;
  readonly state: string;
}

/** Where the request stands for the server, and who gives the opinion for which State. */
export interface OpinionGround {
  readonly session: Session;
  readonly from: RequestShown['status'];
  readonly show: ShowPresence;
  readonly state: State;
}

/** An opinion that the server let through, and the request after it. */
interface GivenOpinion {
  readonly moved: RequestShown;
  readonly opinion: Opinion;
  readonly seq: number;
}

/** Who may give one, of the requested State, and who may ask for one, of the requesting State. */
const GIVING = rolesFor('opinion.give');
const ASKING = rolesFor('opinion.request');

/** Opinions of the requested State on requests that were shared, at one device. */
export class RequestOpinions {
  readonly #ports: ThreadPorts;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
  }

  /**
   * Gives an opinion on the newest version that was shared. The server judges first, so that what it refuses never
   * stands in the thread; what is lost after that is given again, as one more. Throws `record.absent` where nothing was
   * shared, the refusal of the server.
   */
  async give(
    shared: ThreadRecord,
    given: GivenAnswers,
    { session, from, show, state }: OpinionGround,
  ): Promise<GivenOpinion> {
    if (shared.versions.length === 0) throw new RecordAbsent();
    const requestId = parseId<RequestId>(requestIdIn(shared.value));
    const moved = await moveRequest(session, requestId, { step: { from, to: 'opinion' }, show });
    return { moved, ...(await this.seal(shared, given, { state })) };
  }

  /** Signs it into the thread, whoever may or may not. Throws `record.absent` where nothing was shared. */
  async seal(
    shared: ThreadRecord,
    given: GivenAnswers,
    by: { readonly state: State },
  ): Promise<{ readonly opinion: Opinion; readonly seq: number }> {
    const { clock, random, device } = this.#ports;
    const version = shared.versions.at(-1);
    if (version === undefined) throw new RecordAbsent();
    const opinion: Opinion = {
      ...given,
      schemaVersion: '1.0',
      id: newId(clock, random),
      requestId: requestIdIn(shared.value),
      projectionSha256: toHex(version.hash),
      by: device.self.personId,
      state: by.state,
      at: formatInstant(clock.nowMs()),
    };
    const { recordId } = shared.place;
    const seq = await shared.say({
      type: 'opinion.give',
      requestId: newId(clock, random),
      recordId,
      version: version.version,
      projectionHash: toBase64Url(version.hash),
      body: canonicalJson(asJson(opinion)),
      quotable: given.quotable,
      handling: { code: given.handling === 'EN3' ? 'EN2' : given.handling },
    });
    return { opinion, seq };
  }

  /** Opinions on what was shared of a draft, or on a shared record itself: those that are what they state. */
  async on(record: ThreadRecord): Promise<readonly ShownOpinion[]> {
    if (!isDraft(record.value)) return this.#onShared(record);
    const places = leftIn(record.value).flatMap(({ threadId, recordId }) =>
      threadId === undefined || recordId === undefined ? [] : [{ threadId, recordId }],
    );
    const found: ShownOpinion[] = [];
    for (const one of new Map(places.map((place) => [place.threadId, place])).values()) {
      const threadId = parseId<ThreadId>(one.threadId);
      const recordId = parseId<RecordId>(one.recordId);
      const place = { threadId, recordId, schema: REQUEST_RECORD };
      found.push(...(await this.#onShared(await ThreadRecord.open(this.#ports, place))));
    }
    return found;
  }

  /**
   * What the requesting State asked about each version of a shared record, by the newest word of somebody of it who may
   * ask. No server is asked.
   */
  async asked({ place, versions }: ThreadRecord): Promise<ReadonlyMap<number, ShownAsking>> {
    const { follower } = await ThreadWork.open(this.#ports, place.threadId);
    const asked = new Map<number, ShownAsking>();
    for (const entry of await follower.shelf.entries(place.threadId)) {
      const asking = askingIn(entry, place, versions);
      const isTheirs = asking !== null && this.#isCertified(asking, entry.acceptedAtMs, ASKING);
      if (isTheirs) asked.set(asking.version, asking);
    }
    return asked;
  }

  async #onShared({ place, versions }: ThreadRecord): Promise<readonly ShownOpinion[]> {
    const { follower } = await ThreadWork.open(this.#ports, place.threadId);
    const taken = await follower.shelf.entries(place.threadId);
    return taken.flatMap((entry) =>
      opinionIn(entry, place, versions).filter(({ opinion }) =>
        this.#isCertified(opinion, entry.acceptedAtMs, GIVING),
      ),
    );
  }

  /** Any member writes in the thread; who speaks for one of the two States its registrar has certified. */
  #isCertified(
    { by, state }: { readonly by: string; readonly state: string },
    saidAtMs: number,
    may: ReadonlySet<Role>,
  ): boolean {
    const asked = {
      nowMs: this.#ports.clock.nowMs(),
      counts: ({ roles }: VerifiedPerson) => roles.some((role) => may.has(role)),
    };
    return stateAt(certifiedAs(this.#ports.directory(), by, asked), saidAtMs) === state;
  }
}

function askingIn(
  { author, effect }: KeptEntry,
  { recordId }: ThreadRecord['place'],
  versions: readonly FrozenVersion[],
): ShownAsking | null {
  const { content } = effect;
  if (effect['effect'] !== 'content' || !isJsonObject(content)) return null;
  if (content['type'] !== 'opinion.request' || content['recordId'] !== recordId) return null;
  const { body = null, version, projectionHash } = content;
  const about = versions.find((one) => one.version === version);
  const [state] = about === undefined ? [] : pairIn(about.value);
  if (author === null || about === undefined || state === undefined) return null;
  if (projectionHash !== toBase64Url(about.hash)) return null;
  return { ...readAsking(body), version: about.version, by: author.personId, state };
}

function opinionIn(
  { seq, author, effect }: KeptEntry,
  { threadId, recordId }: ThreadRecord['place'],
  versions: readonly FrozenVersion[],
): readonly ShownOpinion[] {
  const { content } = effect;
  if (effect['effect'] !== 'content' || !isJsonObject(content)) return [];
  if (content['type'] !== 'opinion.give' || content['recordId'] !== recordId) return [];
  const { body, version, projectionHash } = content;
  const read = readOpinion(typeof body === 'string' ? parseStrictJson(body) : null);
  if (read.kind === 'malformed') return [];
  const { opinion } = read;
  const about = versions.find((one) => one.version === version);
  // Whoever signs for somebody else, or about another version than the one that was frozen, has given no opinion.
  if (author === null || author.personId !== opinion.by || about === undefined) return [];
  const stated = [toBase64Url(parseHex(opinion.projectionSha256)), projectionHash];
  if (!stated.every((hash) => hash === toBase64Url(about.hash))) return [];
  if (opinion.state !== pairIn(about.value)[1]) return [];
  return [{ seq, threadId, author: author.personId, version: about.version, opinion }];
}
