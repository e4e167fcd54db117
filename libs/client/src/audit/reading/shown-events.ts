import {
  ROUTES,
  type AuditIntegrity,
  type RecordOversight,
  type AuditSectionName,
} from '@enlace/contracts';
import {
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { SECTION_NAMES, verifyEvent, type SaltedSection, type SectionDigests } from '@enlace/tlog';

import { declarePurpose } from '../../session/declare-purpose.js';
import type { Session } from '../../session/session.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';
import { AnswerMalformed } from '../../transport/client-error.js';
import { readViewAnswer, type ViewAnswer } from './view-answers.js';

/** An event whose leaf commits to what is shown of it. Whether the leaf is in the log is asked of `EventProofs`. */
export interface CommittedEvent {
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly leaf: Uint8Array;
  /** `null` while it waits for its place. */
  readonly place: { readonly origin: string; readonly index: number } | null;
  readonly sections: Readonly<Partial<Record<AuditSectionName, JsonObject>>>;
  /** The server's word on the sections that are not shown. */
  readonly absent: Readonly<Partial<Record<AuditSectionName, 'erased' | 'withheld'>>>;
}

export interface EventsPage {
  readonly events: readonly CommittedEvent[];
  readonly cursor: string | null;
  readonly total: { readonly count: number; readonly isMore: boolean } | null;
  readonly scope: string | null;
}

/** What auditors ask the record, each time for the one purpose that they have declared. */
export class AuditQuestions {
  private constructor(
    private readonly session: Session,
    private readonly headings: Readonly<Record<string, string>>,
  ) {}

  /** Declares the purpose. Throws the refusal of the server. */
  static async open(session: Session): Promise<AuditQuestions> {
    return new AuditQuestions(session, await declarePurpose(session, { purpose: 'audit' }));
  }

  /**
   * One page of a search, newest first. Throws the refusal of the server, `client.answer-malformed`, and `tlog.*` for
   * an event that is not what its leaf commits to.
   */
  async search(filter: JsonObject): Promise<EventsPage> {
    const { headings } = this;
    const request = { method: 'POST', path: ROUTES.auditSearches, body: filter, headings } as const;
    const answer = objectOf(await this.session.request(request, 'act'), 'search');
    const { events, cursor, scope } = answer;
    const isPage = cursor === null || typeof cursor === 'string';
    const isScope = scope === null || typeof scope === 'string';
    if (!Array.isArray(events) || !isPage || !isScope) throw new AnswerMalformed('search');
    const items: readonly JsonValue[] = events;
    return { events: items.map(readShownEvent), cursor, scope, total: totalOf(answer['total']) };
  }

  /** One event. Throws as `search`. */
  async show(eventId: string): Promise<CommittedEvent> {
    const answer = await this.#get(ROUTES.auditEvent.replace(':id', eventId), {});
    const event = readShownEvent(answer['event'] ?? null);
    if (event.eventId !== eventId) throw new AnswerMalformed('event');
    return event;
  }

  /** The answer to one question. Counted by the server: what it says is checked by the events behind it. */
  async view(name: string, query: Readonly<Record<string, string>>): Promise<ViewAnswer> {
    const answer = await this.#get(ROUTES.auditView.replace(':view', name), query);
    return readViewAnswer(answer);
  }

  async #get(path: string, query: Readonly<Record<string, string>>): Promise<JsonObject> {
    const { headings } = this;
    const request = { method: 'GET', path, headings, query } as const;
    return objectOf(await this.session.request(request, 'act'), path);
  }
}

/** What the server says of its logs; every number of it is checked against signed checkpoints elsewhere. */
export async function readIntegrity(
  session: Session,
): Promise<Pick<AuditIntegrity, 'logs'> & Overseen & { readonly answer: JsonObject }> {
  const request = { method: 'GET', path: ROUTES.auditIntegrity } as const;
  const answer = objectOf(await session.request(request, 'none'), 'integrity');
  const logs: JsonValue = answer['logs'] ?? null;
  if (!Array.isArray(logs)) throw new AnswerMalformed('integrity');
  const items: readonly JsonValue[] = logs;
  return { logs: items.map(readLog), oversight: readOversight(answer['oversight']), answer };
}

interface Overseen {
  readonly oversight: Pick<RecordOversight, 'disputes' | 'counterGaps' | 'erasures'>;
}

// Attacker-controlled: from here on every member of every answer.
function readLog(value: JsonValue): AuditIntegrity['logs'][number] {
  const log = objectOf(value, 'log');
  const { origin, state, size } = log;
  const isState = state === 'open' || state === 'halted' || state === 'closed';
  if (!isState || typeof origin !== 'string' || typeof size !== 'number') {
    throw new AnswerMalformed('log');
  }
  const witnesses: JsonValue = log['witnesses'] ?? null;
  const items: readonly JsonValue[] = Array.isArray(witnesses) ? witnesses : [];
  const [root, signedAt] = [textOrNull(log['root']), textOrNull(log['signedAt'])];
  return { origin, state, size, root, signedAt, witnesses: items.map(readWitness) };
}

function readOversight(value: JsonValue | undefined): Overseen['oversight'] {
  const { disputes, counterGaps, erasures } = objectOf(value ?? null, 'oversight');
  const isWhole =
    typeof disputes === 'number' && typeof counterGaps === 'number' && typeof erasures === 'number';
  if (!isWhole) throw new AnswerMalformed('oversight');
  return { disputes, counterGaps, erasures };
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function readWitness(value: JsonValue) {
  const { name, size, cosignedAt } = objectOf(value, 'witness');
  const isWhole =
    typeof name === 'string' && typeof size === 'number' && typeof cosignedAt === 'string';
  if (!isWhole) throw new AnswerMalformed('witness');
  return { name, size, cosignedAt };
}

/** Throws `client.answer-malformed`, and `tlog.*` where leaf and sections do not belong together. */
function readShownEvent(value: JsonValue): CommittedEvent {
  const event = objectOf(value, 'event');
  const { eventId, origin, index } = event;
  const leaf = bytesOf(event['leaf']);
  const verified = verifyEvent(clientTlogCrypto, {
    leaf,
    digests: digestsOf(objectOf(event['digests'] ?? null, 'digests')),
    sections: saltedOf(objectOf(event['sections'] ?? null, 'sections')),
  });
  if (eventId !== verified.leaf.eventId) throw new AnswerMalformed('eventId');
  const sections: Partial<Record<AuditSectionName, JsonObject>> = {};
  for (const name of SECTION_NAMES) {
    const bytes = verified.sections[name];
    if (bytes !== undefined) sections[name] = objectOf(parseStrictJson(parseUtf8(bytes)), name);
  }
  const isPlaced = typeof origin === 'string' && typeof index === 'number';
  return {
    eventId,
    occurredAtMs: verified.leaf.occurredAtMs,
    leaf,
    place: isPlaced ? { origin, index } : null,
    sections,
    absent: absentOf(event['absent'], sections),
  };
}

function digestsOf(digests: JsonObject): SectionDigests {
  return {
    what: bytesOf(digests['what']),
    who: bytesOf(digests['who']),
    where: bytesOf(digests['where']),
    why: bytesOf(digests['why']),
    attest: bytesOf(digests['attest']),
  };
}

function saltedOf(shown: JsonObject): Partial<Record<AuditSectionName, SaltedSection>> {
  const salted: Partial<Record<AuditSectionName, SaltedSection>> = {};
  for (const name of SECTION_NAMES) {
    const section = shown[name];
    if (section === undefined) continue;
    const { salt, bytes } = objectOf(section, name);
    salted[name] = { salt: bytesOf(salt), bytes: bytesOf(bytes) };
  }
  return salted;
}

/** Every section is shown or says why not. */
function absentOf(
  value: JsonValue | undefined,
  sections: CommittedEvent['sections'],
): CommittedEvent['absent'] {
  const said = objectOf(value ?? null, 'absent');
  const absent: Partial<Record<AuditSectionName, 'erased' | 'withheld'>> = {};
  for (const name of SECTION_NAMES) {
    if (sections[name] !== undefined) continue;
    const reason = said[name];
    if (reason !== 'erased' && reason !== 'withheld') throw new AnswerMalformed(name);
    absent[name] = reason;
  }
  return absent;
}

function totalOf(value: JsonValue | undefined): EventsPage['total'] {
  if (value === null || value === undefined) return null;
  const { count, isMore } = objectOf(value, 'total');
  if (typeof count !== 'number' || typeof isMore !== 'boolean') throw new AnswerMalformed('total');
  return { count, isMore };
}

function objectOf(value: JsonValue, part: string): JsonObject {
  if (!isJsonObject(value)) throw new AnswerMalformed(part);
  return value;
}

function bytesOf(value: JsonValue | undefined): Uint8Array {
  try {
    if (typeof value === 'string') return parseBase64Url(value);
  } catch (cause) {
    throw new AnswerMalformed('bytes', { cause });
  }
  throw new AnswerMalformed('bytes');
}
