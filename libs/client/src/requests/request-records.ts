import { derivationCommitment, type RecordId } from '@enlace/e2ee';
import {
  concatBytes,
  DomainError,
  isJsonObject,
  newId,
  parseBase64Url,
  parseHex,
  parseId,
  sha256,
  toBase64Url,
  type JsonObject,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import { digestOf, type MlaRequest, type SoundReport } from '@enlace/mla';

import { ThreadRecord, type FrozenVersion } from '../records/thread-record.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';
import { withAnnexHashes } from './annex-hashes.js';
import { assertCertifiedFor } from './certified-roles.js';
import { heldRequests } from './held-requests.js';
import { findRequest, isOpenTo, statesOf } from './find-request.js';
import { askingBody, NOTHING_ASKED, type OpinionAsked } from './opinion-asked.js';
import {
  asJson,
  checkedWith,
  isDraft,
  leftIn,
  pairIn,
  REQUEST_RECORD,
  REQUEST_SCHEMA,
  requestIdIn,
  requestIn,
  type LeftVersion,
} from './request-schema.js';
import { REDACTED, type Preview } from './share-request.js';
import { RequestSources } from './sources/request-sources.js';

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
    const beginning = { schema: REQUEST_SCHEMA, title } as const;
    const value = { requestId, request: asJson(request) };
    const place = { threadId, recordId, schema: REQUEST_RECORD };
    return ThreadRecord.begin(this.#ports, place, { beginning, value });
  }

  /**
   * The draft of a request, in the thread that is named or in any that was read here. What calls itself one in a thread
   * with other States is none: what is written on it would be theirs to read. Throws `record.absent`.
   */
  async draft(requestId: RequestId, threadId: ThreadId | null): Promise<ThreadRecord> {
    return findRequest(this.#ports, {
      threadId,
      isWanted: ({ value, states }) =>
        value['requestId'] === requestId && this.#isOwnDraft(value, states),
    });
  }

  /** The same by its record, whatever request it names. Throws `record.absent`. */
  async draftAt(threadId: ThreadId, recordId: RecordId): Promise<ThreadRecord> {
    return findRequest(this.#ports, {
      threadId,
      isWanted: ({ value, states, ...one }) =>
        one.recordId === recordId && this.#isOwnDraft(value, states),
    });
  }

  /**
   * What was shared of a request, between its two States. Where its draft is held here it is one that the draft knows
   * of: other threads of the two may have records that call themselves the same. Throws `record.absent`.
   */
  async shared(requestId: RequestId, threadId: ThreadId | null): Promise<ThreadRecord> {
    const left = threadId === null ? await this.#placesOf(requestId) : null;
    return findRequest(this.#ports, {
      threadId,
      isWanted: ({ value, states, ...place }) =>
        value['requestId'] === requestId &&
        !isDraft(value) &&
        isOpenTo(states, pairIn(value)) &&
        (left === null || left.has(`${place.threadId} ${place.recordId}`)),
    });
  }

  /**
   * Brings the projection that was confirmed into a thread with the requested State, as a document of its own: nothing
   * of how the draft came about is in it. The salts that bind the two are kept in the draft, before anything goes out.
   * Throws `request.not-yours`, `request.preview`, `request.source-unheld`, `request.wrong-thread`, `request.asking`.
   */
  async share(
    draft: ThreadRecord,
    threadId: ThreadId,
    {
      preview,
      confirmed,
      asked = NOTHING_ASKED,
    }: {
      readonly preview: Preview;
      readonly confirmed: string;
      readonly asked?: OpinionAsked;
    },
  ): Promise<LeftRequest> {
    assertCertifiedFor(this.#ports, 'request.share');
    const body = askingBody(requestIdIn(draft.value), asked);
    if (preview.sha256 !== confirmed) throw new PreviewChanged(preview.sha256);
    await this.#assertSources(draft);
    await this.#assertStates(threadId, pairIn({ projection: preview.projection }));
    const left = await this.#leave(draft, { kind: 'shared', threadId, sha256: preview.sha256 });
    const { recordId } = left;
    const record = await this.#shareInto(draft, { threadId, left, preview });
    const version = await record.freeze(REQUEST_SCHEMA);
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
      body,
    });
    return this.#left({
      threadId,
      recordId: parseId<RecordId>(recordId),
      version,
      salt: left.salt,
    });
  }

  /**
   * Freezes a draft as it stands, with the hashes of its annexes and what the report on it was made with. What else
   * must be true of it before, the caller has checked. Throws `request.not-yours`, `request.annex-missing`,
   * `request.source-unheld`.
   */
  async freeze(draft: ThreadRecord, report: SoundReport): Promise<LeftRequest> {
    assertCertifiedFor(this.#ports, 'request.freeze');
    await this.#assertSources(draft);
    const { follower } = await ThreadWork.open(this.#ports, draft.place.threadId);
    const entries = await follower.shelf.entries(draft.place.threadId);
    const { request } = draft.value;
    const filled = isJsonObject(request) ? { request: withAnnexHashes(request, entries) } : {};
    const checked = checkedWith(report);
    const { salt } = await this.#leave(draft, { kind: 'frozen', checked }, filled);
    const version = await draft.freeze(REQUEST_SCHEMA);
    return this.#left({ ...draft.place, version, salt });
  }

  /** Where the draft that is held here was shared; nothing where none is. */
  async #placesOf(requestId: RequestId): Promise<ReadonlySet<string> | null> {
    const held = await heldRequests(this.#ports);
    const draft = held.find((one) => one.kind === 'draft' && one.requestId === requestId);
    if (draft === undefined) return null;
    const shared = leftIn(draft.record.value).filter(({ kind }) => kind === 'shared');
    return new Set(shared.map(({ threadId, recordId }) => `${threadId ?? ''} ${recordId ?? ''}`));
  }

  async #assertSources({ value }: ThreadRecord): Promise<void> {
    const request = requestIn(value);
    if (request !== null) await new RequestSources(this.#ports).assertHeld(request);
  }

  #isOwnDraft(value: JsonObject, states: readonly string[]): boolean {
    const { directory, device } = this.#ports;
    const home = directory().homes.get(`person|${device.self.personId}`) ?? '';
    return isDraft(value) && isOpenTo(states, [home]);
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
    const title = preview.title(draft.title);
    const beginning = { schema: REQUEST_SCHEMA, title, derivedFrom } as const;
    const { projection } = preview;
    const value = { requestId: requestIdIn(draft.value), projection };
    const place = { threadId, recordId: parseId<RecordId>(recordId), schema: REQUEST_RECORD };
    return ThreadRecord.begin(this.#ports, place, { beginning, value });
  }

  /**
   * Keeps, in the draft, what binds a version, and what else changes with it. A thread that has a shared record keeps
   * it: the next one goes into it.
   */
  async #leave(
    draft: ThreadRecord,
    left: Omit<LeftVersion, 'salt' | 'recordId'>,
    more: JsonObject = {},
  ): Promise<LeftVersion & { readonly recordId: string }> {
    const before = leftIn(draft.value);
    const isThere = (one: LeftVersion): boolean =>
      left.threadId !== undefined && one.threadId === left.threadId;
    const recordId = before.find(isThere)?.recordId ?? this.newRecordId();
    const salt = toBase64Url(this.#ports.random.bytes(SALT_BYTES));
    const kept = { ...left, salt, ...(left.threadId === undefined ? {} : { recordId }) };
    const { left: listed } = draft.value;
    const all = [...(Array.isArray(listed) ? listed : []), asJson(kept)];
    await draft.change({ ...draft.value, ...more, left: all });
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

  async #assertStates(threadId: ThreadId, expected: readonly string[]): Promise<void> {
    const work = await ThreadWork.open(this.#ports, threadId);
    await work.pull();
    const states = statesOf(work);
    if (!isOpenTo(states, expected)) throw new RequestWrongThread(states, expected);
  }
}
