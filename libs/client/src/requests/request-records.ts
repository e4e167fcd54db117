import type { State } from '@enlace/contracts';
import { derivationCommitment, type RecordId } from '@enlace/e2ee';
import {
  canonicalJson,
  concatBytes,
  DomainError,
  formatInstant,
  isJsonObject,
  newId,
  parseBase64Url,
  parseHex,
  parseId,
  parseStrictJson,
  sha256,
  toBase64Url,
  toHex,
  type JsonObject,
  type JsonValue,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import {
  digestOf,
  readOpinion,
  type GivenAnswers,
  type MlaRequest,
  type Opinion,
} from '@enlace/mla';

import { RecordAbsent, ThreadRecord, type FrozenVersion } from '../records/thread-record.js';
import { recordsIn } from '../records/record-log.js';
import type { KeptEntry } from '../threads/kept/kept-entry.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { isDraft, leftIn, REQUEST_RECORD, type LeftVersion } from './request-schema.js';
import { REDACTED, type Preview } from './share-request.js';

const SCHEMA = 'mla-request/1';
const SALT_BYTES = 32;

/** The thread is open to other States than it may be: a draft is for the own one, what is shared for the pair. */
class RequestWrongThread extends DomainError {
  override readonly code = 'request.wrong-thread';
  override readonly kind = 'forbidden';

  constructor(states: readonly string[], expected: readonly string[]) {
    const facts = { states: states.join(','), expected: expected.join(',') };
    super('the thread is open to other States', { facts });
  }
}

/** What was confirmed is not what would go out. */
class PreviewChanged extends DomainError {
  override readonly code = 'request.preview';
  override readonly kind = 'stale';

  constructor(current: string) {
    super('the projection is another one', { facts: { sha256: current } });
  }
}

/** A version that left the unit, and what the tracking of the request may know of it. */
export interface LeftRequest {
  readonly threadId: ThreadId;
  readonly recordId: RecordId;
  readonly version: FrozenVersion;
  /** SHA-256 of a salt and the version's hash, in base64url. */
  readonly versionHash: string;
}

/** An opinion as it stands in a thread; `author` is who sealed it, by the log. */
export interface ShownOpinion {
  readonly seq: number;
  readonly threadId: ThreadId;
  readonly author: string | null;
  readonly version: number;
  readonly opinion: Opinion;
}

/** Requests of one device, as records of its threads: drafts of the own State, and what was shared of them. */
export class RequestRecords {
  readonly #ports: ThreadPorts;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
  }

  newRecordId(): RecordId {
    return newId<RecordId>(this.#ports.clock, this.#ports.random);
  }

  /**
   * Begins the record of a draft in a thread that is open to the own State alone, and stays so: States of a thread are
   * never widened. Throws `request.wrong-thread`, as `ThreadRecord.begin`.
   */
  async begin(
    threadId: ThreadId,
    draft: {
      readonly recordId: RecordId;
      readonly requestId: RequestId;
      readonly title: string;
      readonly request: MlaRequest;
    },
  ): Promise<ThreadRecord> {
    const { recordId, requestId, title, request } = draft;
    await this.#assertStates(threadId, [request.requestingState ?? '']);
    const beginning = { schema: SCHEMA, title } as const;
    const value = { requestId, request: asJson(request) };
    const place = { threadId, recordId, schema: REQUEST_RECORD };
    return ThreadRecord.begin(this.#ports, place, { beginning, value });
  }

  /** The draft of a request, in the thread that is named or in any that was read here. Throws `record.absent`. */
  async draft(requestId: RequestId, threadId: ThreadId | null): Promise<ThreadRecord> {
    return this.#find(requestId, { threadId, isWanted: isDraft });
  }

  /** What was shared of a request. Throws `record.absent`. */
  async shared(requestId: RequestId, threadId: ThreadId | null): Promise<ThreadRecord> {
    return this.#find(requestId, { threadId, isWanted: (value) => !isDraft(value) });
  }

  /**
   * Brings the projection that was confirmed into a thread with the requested State, as a document of its own: nothing
   * of how the draft came about is in it. The salts that bind the two are kept in the draft, before anything goes out.
   * Throws `request.preview`, `request.wrong-thread`.
   */
  async share(
    draft: ThreadRecord,
    threadId: ThreadId,
    { preview, confirmed }: { readonly preview: Preview; readonly confirmed: string },
  ): Promise<LeftRequest> {
    if (preview.sha256 !== confirmed) throw new PreviewChanged(preview.sha256);
    const { requestingState = '', requestedState = '' } = pairIn(preview.projection);
    await this.#assertStates(threadId, [requestingState, requestedState]);
    const left = await this.#leave(draft, { kind: 'shared', threadId, sha256: preview.sha256 });
    const { recordId } = left;
    const record = await this.#shareInto(draft, { threadId, left, preview });
    const version = await record.freeze(SCHEMA);
    // Members of the other State can write in what was shared: what was confirmed is what is frozen, or nothing is.
    if (digestOf(version.value['projection']) !== confirmed) {
      throw new PreviewChanged(digestOf(version.value['projection']));
    }
    const requestId = newId(this.#ports.clock, this.#ports.random);
    await record.say({
      type: 'opinion.request',
      requestId,
      recordId,
      version: version.version,
      projectionHash: toBase64Url(version.hash),
      body: canonicalJson({ requestId: requestIdIn(draft.value) }),
    });
    return this.#left({
      threadId,
      recordId: parseId<RecordId>(recordId),
      version,
      salt: left.salt,
    });
  }

  /** Freezes a draft as it stands. What must be true of it before, the caller has checked. */
  async freeze(draft: ThreadRecord): Promise<LeftRequest> {
    const { salt } = await this.#leave(draft, { kind: 'frozen' });
    const version = await draft.freeze(SCHEMA);
    return this.#left({ ...draft.place, version, salt });
  }

  /** Signs an opinion on the newest version that was shared. Throws `record.absent` where none was. */
  async giveOpinion(
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
  async opinions(record: ThreadRecord): Promise<readonly ShownOpinion[]> {
    const places = isDraft(record.value)
      ? leftIn(record.value).flatMap(({ threadId, recordId }) =>
          threadId === undefined || recordId === undefined ? [] : [{ threadId, recordId }],
        )
      : [record.place];
    const found: ShownOpinion[] = [];
    for (const { threadId, recordId } of new Map(
      places.map((one) => [one.threadId, one]),
    ).values()) {
      const id = parseId<ThreadId>(threadId);
      const taken = await this.#taken(id);
      found.push(...taken.flatMap((entry) => opinionIn(entry, { threadId: id, recordId })));
    }
    return found;
  }

  async #shareInto(
    draft: ThreadRecord,
    {
      threadId,
      left: { recordId, salt },
      preview,
    }: {
      readonly threadId: ThreadId;
      readonly left: LeftVersion & { readonly recordId: string };
      readonly preview: Preview;
    },
  ): Promise<ThreadRecord> {
    const source = {
      ...draft.place,
      version: draft.versions.at(-1)?.version ?? 0,
      projectionHash: parseHex(preview.sha256),
    };
    const commitment = toBase64Url(derivationCommitment(parseBase64Url(salt), source));
    const derivedFrom = { commitment, redactions: [...REDACTED], rulesVersion: 'mla/1' };
    const beginning = { schema: SCHEMA, title: draft.title, derivedFrom } as const;
    const { projection } = preview;
    const value = { requestId: requestIdIn(draft.value), projection };
    const place = { threadId, recordId: parseId<RecordId>(recordId), schema: REQUEST_RECORD };
    return ThreadRecord.begin(this.#ports, place, { beginning, value });
  }

  /**
   * Keeps, in the draft, what binds a version. A thread that has a shared record keeps it: the next one goes
   * into it.
   */
  async #leave(
    draft: ThreadRecord,
    left: Pick<LeftVersion, 'kind' | 'threadId' | 'sha256'>,
  ): Promise<LeftVersion & { readonly recordId: string }> {
    const before = leftIn(draft.value);
    const isThere = (one: LeftVersion): boolean =>
      left.threadId !== undefined && one.threadId === left.threadId;
    const recordId = before.find(isThere)?.recordId ?? this.newRecordId();
    const salt = toBase64Url(this.#ports.random.bytes(SALT_BYTES));
    const kept = { ...left, salt, ...(left.threadId === undefined ? {} : { recordId }) };
    await draft.change({ ...draft.value, left: [...before, kept].map((one) => asJson(one)) });
    return { ...kept, recordId };
  }

  #left({
    version,
    salt,
    ...place
  }: Omit<LeftRequest, 'versionHash'> & { readonly salt: string }): LeftRequest {
    const versionHash = toBase64Url(sha256(concatBytes(parseBase64Url(salt), version.hash)));
    return { ...place, version, versionHash };
  }

  async #find(
    requestId: RequestId,
    {
      threadId,
      isWanted,
    }: {
      readonly threadId: ThreadId | null;
      readonly isWanted: (value: JsonObject) => boolean;
    },
  ): Promise<ThreadRecord> {
    for (const id of threadId === null ? await this.#threads() : [threadId]) {
      const taken = await this.#taken(id);
      for (const { recordId, schema } of recordsIn(taken)) {
        if (schema !== SCHEMA) continue;
        const place = {
          threadId: id,
          recordId: parseId<RecordId>(recordId),
          schema: REQUEST_RECORD,
        };
        const record = await ThreadRecord.open(this.#ports, place);
        if (record.value['requestId'] === requestId && isWanted(record.value)) return record;
      }
    }
    throw new RecordAbsent();
  }

  async #threads(): Promise<readonly ThreadId[]> {
    const { clock, random } = this.#ports;
    const { follower } = await ThreadWork.open(this.#ports, newId<ThreadId>(clock, random));
    return follower.shelf.threads();
  }

  async #taken(threadId: ThreadId): Promise<readonly KeptEntry[]> {
    const work = await ThreadWork.open(this.#ports, threadId);
    await work.pull();
    return work.follower.shelf.entries(threadId);
  }

  async #assertStates(threadId: ThreadId, expected: readonly string[]): Promise<void> {
    const work = await ThreadWork.open(this.#ports, threadId);
    await work.pull();
    const states: readonly string[] = work.view?.members?.state.policy.states ?? [];
    const wanted = [...new Set(expected)].toSorted();
    const isSame = states.length === wanted.length && wanted.every((one) => states.includes(one));
    if (!isSame) throw new RequestWrongThread(states, wanted);
  }
}

function opinionIn(
  { seq, author, effect }: KeptEntry,
  { threadId, recordId }: { readonly threadId: ThreadId; readonly recordId: string },
): readonly ShownOpinion[] {
  const { content } = effect;
  if (effect['effect'] !== 'content' || !isJsonObject(content)) return [];
  if (content['type'] !== 'opinion.give' || content['recordId'] !== recordId) return [];
  const { body, version, projectionHash } = content;
  const read = readOpinion(typeof body === 'string' ? parseStrictJson(body) : null);
  if (read.kind === 'malformed') return [];
  const { opinion } = read;
  // Whoever signs for somebody else, or about another version, has given no opinion.
  const isOwn = author?.personId === opinion.by;
  const isOnIt = toBase64Url(parseHex(opinion.projectionSha256)) === projectionHash;
  if (!isOwn || !isOnIt) return [];
  return [{ seq, threadId, author: author.personId, version: Number(version), opinion }];
}

function requestIdIn(value: JsonObject): string {
  const { requestId } = value;
  if (typeof requestId !== 'string') throw new RecordAbsent();
  return requestId;
}

function pairIn(projection: JsonObject): {
  readonly requestingState?: string;
  readonly requestedState?: string;
} {
  const { requestingState, requestedState } = projection;
  return {
    ...(typeof requestingState === 'string' ? { requestingState } : {}),
    ...(typeof requestedState === 'string' ? { requestedState } : {}),
  };
}

/** What was validated, with its types off. */
function asJson(value: object): JsonObject {
  const json: JsonValue = JSON.parse(JSON.stringify(value));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object stays one
  return json as JsonObject;
}
