import {
  AuditQuestions,
  auditTrustOf,
  EventProofs,
  listOwnEvents,
  LogHeads,
  readIntegrity,
  readLosses,
  type CommittedEvent,
  type RecordSource,
} from '@enlace/client';
import { formatInstant, isDomainError, type JsonObject, type JsonValue } from '@enlace/kernel';
import { SECTION_NAMES } from '@enlace/tlog';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount, Seat } from '../session/account.js';
import { recordOf } from './served-record.js';

/** Events of one page of a search. */
const PAGE_EVENTS = 50;

type ShownEvent = ResultOf<'record.show'>;
type ShownLog = ResultOf<'record.integrity'>['logs'][number];

/** The access log as an auditor asks it: every event that the page shows was verified here. */
export class AccessRecord {
  #questions: Promise<AuditQuestions> | null = null;

  constructor(
    private readonly keeper: Keeper,
    private readonly account: OwnAccount,
    private readonly directory: OwnDirectory,
  ) {}

  /** Throws the refusal of the server and `client.answer-malformed`; what a proof refuses stands at its event. */
  async search({ filter, cursor }: ArgsOf<'record.search'>): Promise<ResultOf<'record.search'>> {
    const seat = await this.account.seat();
    const questions = await this.#ask(seat);
    const proofs = await this.#proofs(seat);
    const asked: JsonObject = { ...given(filter), limit: PAGE_EVENTS };
    const page = await questions.search(cursor === null ? asked : { ...asked, cursor });
    const events: ShownEvent[] = [];
    for (const event of page.events) events.push(await shown(event, proofs));
    const { cursor: next, scope, total } = page;
    return { events, cursor: next, scope, total, isQuorumMet: proofs.isQuorumMet };
  }

  async show(eventId: string): Promise<ShownEvent> {
    const seat = await this.account.seat();
    const event = await (await this.#ask(seat)).show(eventId);
    return shown(event, await this.#proofs(seat));
  }

  async view({ view, filter }: ArgsOf<'record.view'>): Promise<ResultOf<'record.view'>> {
    const questions = await this.#ask(await this.account.seat());
    const { answer: _, columns, rows, plot, ...told } = await questions.view(view, given(filter));
    return {
      ...told,
      view,
      columns: [...columns],
      rows: rows.map((row) => [...row]),
      plot: plot.map((point) => ({ ...point })),
    };
  }

  /** Each log against what this browser saw at its last visit. */
  async integrity(): Promise<ResultOf<'record.integrity'>> {
    const seat = await this.account.seat();
    const { logs, oversight } = await readIntegrity(seat.session);
    const known = await new LogHeads(this.keeper.store).known();
    const judged: ShownLog[] = [];
    for (const { origin, state, size, signedAt, witnesses } of logs) {
      const proofs = await this.#proofs(seat);
      const seen = known.find((head) => head.origin === origin)?.size ?? null;
      const outcome = await proofs.look(origin).then(
        (isSigned) => ({ standing: standingOf(isSigned, seen), refusal: null }),
        (error: unknown) => ({ standing: 'refused' as const, refusal: refusalOf(error) }),
      );
      judged.push({
        origin,
        state,
        size,
        signedAt,
        seen,
        isQuorumMet: proofs.isQuorumMet,
        witnesses: witnesses.map(({ name, cosignedAt }) => ({ name, cosignedAt })),
        ...outcome,
      });
    }
    const { disputes, counterGaps, erasures } = oversight;
    return { logs: judged, disputes, counterGaps, erasures };
  }

  /** Throws `tlog.*` when a log is not signed by its key, or is not the one that this browser saw before. */
  async assertGrown(): Promise<void> {
    const seat = await this.account.seat();
    const { logs } = await readIntegrity(seat.session);
    const proofs = await this.#proofs(seat);
    for (const { origin } of logs) await proofs.look(origin);
  }

  /** Everything on record in the name of this person, newest first. */
  async own(before: string | null): Promise<ResultOf<'record.own'>> {
    const { session, profile } = await this.account.seat();
    const { events, next } = await listOwnEvents(session, before);
    const acts = events.map(({ eventId, occurredAt, type, outcome, place, sections }) => {
      const deviceId = textOf(sections.who?.['deviceId']);
      return {
        eventId,
        occurredAt,
        type,
        outcome,
        deviceId,
        isThisDevice: deviceId === profile.deviceId,
        ip: textOf(sections.where?.['ip']),
        origin: place?.origin ?? null,
        index: place?.index ?? null,
      };
    });
    return { acts, next };
  }

  /** The purpose is declared once, and ends with the session. */
  async #ask({ session }: Seat): Promise<AuditQuestions> {
    this.#questions ??= AuditQuestions.open(session);
    try {
      return await this.#questions;
    } catch (error) {
      this.#questions = null;
      throw error;
    }
  }

  async #proofs(seat: Seat): Promise<EventProofs> {
    const { directory } = await this.directory.read(seat);
    const source: RecordSource = recordOf(seat.session);
    const trust = auditTrustOf(directory, await readLosses(seat.session, directory));
    return new EventProofs({ source, trust, heads: new LogHeads(this.keeper.store) });
  }
}

function standingOf(isSigned: boolean, seen: number | null): ShownLog['standing'] {
  if (!isSigned) return 'unsigned';
  return seen === null ? 'first' : 'grown';
}

async function shown(event: CommittedEvent, proofs: EventProofs): Promise<ShownEvent> {
  const { eventId, occurredAtMs, place, sections, absent } = event;
  const outcome = await proofs.prove(event).then(
    (standing) => ({ standing, refusal: null }),
    (error: unknown) => ({ standing: 'refused' as const, refusal: refusalOf(error) }),
  );
  return {
    eventId,
    occurredAt: formatInstant(occurredAtMs),
    origin: place?.origin ?? null,
    index: place?.index ?? null,
    sections: SECTION_NAMES.map((name) => ({
      name,
      absent: absent[name] ?? null,
      facts: Object.entries(sections[name] ?? {}).map(([fact, value]) => ({
        name: fact,
        value: wordOf(value),
      })),
    })),
    ...outcome,
  };
}

/** What does not hold is said at its place; that nobody answered is no verdict. */
function refusalOf(error: unknown): string {
  if (isDomainError(error) && error.code.startsWith('tlog.')) return error.code;
  throw error;
}

function wordOf(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(wordOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As a server takes what was filled in. */
export function given(filter: ArgsOf<'record.view'>['filter']): Record<string, string> {
  return Object.fromEntries(
    filter.filter(({ value }) => value !== '').map(({ name, value }) => [name, value] as const),
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
