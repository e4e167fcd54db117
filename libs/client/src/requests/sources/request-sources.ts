import { STATES } from '@enlace/contracts';
import {
  DomainError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';
import type { MlaRequest } from '@enlace/mla';

import type { Consents } from '../../information/consents.js';
import { RecordAbsent, type ThreadRecord } from '../../records/thread-record.js';
import { shownEntry } from '../../threads/reading.js';
import type { ThreadPorts } from '../../threads/thread-ports.js';
import { ThreadWork, type Acted } from '../../threads/thread-work.js';
import { asJson, requestIn } from '../request-schema.js';
import { draftOfAnswer } from './answer-draft.js';
import { isLooser } from './looser-card.js';
import {
  NoSource,
  placeOf,
  sourceCardOf,
  type SourceCard,
  type SourceGround,
} from './source-card.js';

/** Sources of entries that say less than their threads do, or cannot be seen here; `facts.sources` names them. */
class SourcesUnheld extends DomainError {
  override readonly code = 'request.source-unheld';
  override readonly kind = 'forbidden';

  constructor(sources: readonly string[]) {
    super('sources are freer than their entries', { facts: { sources: sources.join(', ') } });
  }
}

/** No source of the draft by that name speaks for an accused. */
class NotExculpatory extends DomainError {
  override readonly code = 'request.not-exculpatory';
  override readonly kind = 'absent';

  constructor(source: string) {
    super('no source that speaks for an accused', { facts: { source } });
  }
}

/** Which entry of which thread a draft shall rest on; without paragraphs those that it was used in before. */
export interface CitedEntry {
  readonly threadId: ThreadId;
  readonly seq: number;
  readonly paragraphs: readonly number[] | null;
}

/** What speaks for an accused, and why it is disclosed. */
export interface Disclosure {
  readonly sourceId: string;
  /** With the State that it comes from; an entry that is cited has its own. */
  readonly threadId: ThreadId | null;
  readonly reason: string;
  readonly consents: Consents;
}

/** The threads whose entries a draft cites: what was read of them last is what its sources are held to. */
export function citedThreads(value: JsonObject): readonly ThreadId[] {
  const sources = requestIn(value)?.facts?.sources ?? [];
  const places = sources.map(({ id = '' }) => placeOf(id)).filter((place) => place !== null);
  return [...new Set(places.map(({ threadId }) => threadId))];
}

/** Entries of other States as sources of drafts, at one device, as far as it has read (mla.md, section 9). */
export class RequestSources {
  readonly #ports: ThreadPorts;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
  }

  /**
   * Puts the card of an entry into a draft, or brings the one that is there up to what its thread says now. Throws
   * `request.no-source`, `record.absent`, as `ThreadRecord.change`.
   */
  async cite(draft: ThreadRecord, { threadId, seq, paragraphs }: CitedEntry): Promise<SourceCard> {
    const request = readDraft(draft);
    const card = await this.#cardOf({ threadId, seq }, request);
    const before = request.facts?.sources?.find(({ id }) => id === card.id);
    const cited = {
      ...card,
      // Whoever drafts may have seen more in it than whoever wrote it.
      ...(before?.exculpatory === true ? { exculpatory: true } : {}),
      usedInParagraphs: [...(paragraphs ?? before?.usedInParagraphs ?? [])],
    };
    await putSource(draft, cited);
    return cited;
  }

  /** A draft that asks formally for what a State answered there. Throws `request.no-source`. */
  async draftOf({ threadId, seq }: Pick<CitedEntry, 'threadId' | 'seq'>): Promise<MlaRequest> {
    return draftOfAnswer(seq, await this.#groundIn(threadId));
  }

  /**
   * Before what speaks for an accused is disclosed. Where a treaty lets a State disclose it after notice, the notice
   * goes into the thread and the stop is lifted; for every other kind its State is asked, and the stop stays. Throws
   * `request.not-exculpatory`, `request.no-source`, as `Consents.ask`.
   */
  async disclose(
    draft: ThreadRecord,
    disclosure: Disclosure,
  ): Promise<Acted & { readonly isLifted: boolean }> {
    const { sourceId } = disclosure;
    const request = readDraft(draft);
    const card = request.facts?.sources?.find(({ id }) => id === sourceId);
    if (card?.exculpatory !== true) throw new NotExculpatory(sourceId);
    const isTold = card.kind === 'spontaneous' || card.kind === 'formal-mla';
    return isTold
      ? { ...(await this.#notify(draft, card, disclosure)), isLifted: true }
      : { ...(await askFor(request, disclosure)), isLifted: false };
  }

  async #notify(
    draft: ThreadRecord,
    card: SourceCard,
    { sourceId, threadId, reason, consents }: Disclosure,
  ): Promise<Acted> {
    const place = placeOf(sourceId);
    const into = place?.threadId ?? threadId;
    if (into === null) throw new NoSource(sourceId);
    const told = await consents.notify(into, { seq: place?.seq ?? null, reason });
    if (place === null) await putSource(draft, allowedOf(card));
    else await this.cite(draft, { ...place, paragraphs: null });
    return told;
  }

  /** Whoever drafts cannot loosen what a thread says of its entries. Throws `request.source-unheld`. */
  async assertHeld(request: MlaRequest): Promise<void> {
    const unheld: string[] = [];
    for (const card of request.facts?.sources ?? []) {
      const place = placeOf(card.id ?? '');
      if (place === null) continue;
      const held = await this.#heldAt(place, request);
      if (held === null || isLooser(card, held)) unheld.push(card.id ?? '');
    }
    if (unheld.length > 0) throw new SourcesUnheld(unheld);
  }

  /** Nothing where no thread that this person can read has it as a source. */
  async #heldAt(
    { threadId, seq }: Pick<CitedEntry, 'threadId' | 'seq'>,
    request: MlaRequest,
  ): Promise<SourceCard | null> {
    try {
      return await this.#cardOf({ threadId, seq }, request);
    } catch (error) {
      if (!(error instanceof NoSource)) throw error;
      return null;
    }
  }

  async #cardOf(
    { threadId, seq }: Pick<CitedEntry, 'threadId' | 'seq'>,
    { requestedState = '' }: MlaRequest,
  ): Promise<SourceCard> {
    return sourceCardOf(seq, { ...(await this.#groundIn(threadId)), requested: requestedState });
  }

  async #groundIn(threadId: ThreadId): Promise<Omit<SourceGround, 'requested'>> {
    const { directory, device, clock } = this.#ports;
    const stateOf = (personId: string) => directory().homes.get(`person|${personId}`) ?? null;
    // As it is kept: whoever has a turn at the draft has none at the threads that it cites.
    const { follower } = await ThreadWork.open(this.#ports, threadId);
    const entries = await follower.shelf.entries(threadId);
    return {
      threadId,
      entries: entries.map((entry) => shownEntry(entry, stateOf)),
      own: stateOf(device.self.personId) ?? '',
      nowMs: clock.nowMs(),
    };
  }
}

/** Asks the State of a cited entry to let it be disclosed. */
async function askFor(
  { requestingState }: MlaRequest,
  { sourceId, reason, consents }: Disclosure,
): Promise<Acted> {
  const place = placeOf(sourceId);
  const state = STATES.find((one) => one === requestingState);
  if (place === null || state === undefined) throw new NoSource(sourceId);
  const { threadId, seq } = place;
  const asked = { seq, scope: 'evidence', state, exculpatory: true, why: reason } as const;
  return consents.ask(threadId, asked);
}

/** Throws `record.absent` for what is no draft. */
function readDraft({ value }: ThreadRecord): MlaRequest {
  const request = requestIn(value);
  if (request === null) throw new RecordAbsent();
  return request;
}

/** In the place of the source of that id, or behind the others. */
async function putSource(draft: ThreadRecord, card: SourceCard): Promise<void> {
  const { request } = draft.value;
  const json = isJsonObject(request) ? request : {};
  const { facts } = json;
  const kept = isJsonObject(facts) ? facts : {};
  const listed = Array.isArray(kept['sources']) ? kept['sources'] : [];
  const at = listed.findIndex((one: JsonValue) => isJsonObject(one) && one['id'] === card.id);
  const next = at === -1 ? [...listed, asJson(card)] : listed.with(at, asJson(card));
  await draft.change({ ...draft.value, request: { ...json, facts: { ...kept, sources: next } } });
}

function allowedOf(card: SourceCard): SourceCard {
  return { ...card, handling: { ...card.handling, evidentialUse: 'allowed' } };
}
