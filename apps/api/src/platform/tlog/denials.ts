import {
  REGIONAL_AUTHORITY,
  STATES,
  type AuditFields,
  type AuditOutcome,
  type AuditSubject,
  type ProblemCode,
  type StateCode,
} from '@enlace/contracts';
import { isDomainError, type CaseId, type Clock, type ThreadId } from '@enlace/kernel';
import type { OnApplicationShutdown } from '@nestjs/common';

import type { ActContext, ActTransaction, RecordedEvent } from '../access/act.js';
import { subscriberOf } from '../rates/token-bucket.js';
import type { Database } from '../database/database.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { AuditUnavailable } from './audit.errors.js';
import { keepSeqs } from './event-rows.js';
import type { Signer } from './event-sections.js';
import type { EventWriter } from './event-writer.js';
import { formatRanges } from './ranges.js';

export type DenialType =
  'access.denied' | 'session.refused' | 'statement.refused' | 'thread.commit-refused';

/** What was refused. The route or event stands in `target`, which the door knows. */
export interface Denial<Type extends DenialType = DenialType> {
  readonly type: Type;
  readonly outcome?: Exclude<AuditOutcome, 'success'>;
  readonly reasonCode: ProblemCode;
  readonly ruleId?: string;
  /** Absent where nothing was found that could be named. */
  readonly object?: AuditSubject;
  /** Besides the actor's. */
  readonly states?: readonly StateCode[];
  readonly caseId?: CaseId;
  readonly threadId?: ThreadId;
  readonly fields: Omit<AuditFields[Type], 'target'>;
  /** Who signed, where no session stands behind the request. */
  readonly signer?: Signer;
}

/** Refusals of one actor that are recorded one by one; further ones of the same minute are counted. */
export const DENIALS_LIMIT = { each: 5, windowMs: 60_000 } as const;
/** Actors whose minute is remembered; beyond it the oldest is closed early. */
const ACTORS_LIMIT = 10_000;
/** Numbers of one device that one `access.throttled` lists, so that its section keeps below its limit. */
const SEQS_LIMIT = 128;
const FLUSH_INTERVAL_MS = 5_000;

/** Refusals that are counted and not recorded yet. */
interface Throttled {
  /** The last one of them: whose it is. */
  act: ActContext;
  count: number;
  readonly seqs: number[];
}

/**
 * The refusals of one actor in one minute. Kept by this process alone: killed, it loses at most a minute of counts.
 */
interface Window {
  readonly startedAtMs: number;
  recorded: number;
  throttled: Throttled | null;
}

export interface DenialPorts {
  /** A pool of its own: the refused act may hold the last connection of the other one. */
  readonly database: Database;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Records what was refused. An actor is the device of a verified proof, else the network address, so that nobody
 * can fill the log: five refusals a minute stand alone, the rest in one `access.throttled` with its count and the
 * numbers used up.
 */
export class Denials implements OnApplicationShutdown {
  /** Acts whose refusal stands in the record or in a count. */
  readonly #settled = new WeakSet<ActContext>();
  readonly #windows = new Map<string, Window>();
  /** Counts of closed windows that wait to be written. */
  #due: Throttled[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly ports: DenialPorts) {
    this.#timer = setInterval(() => void this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  /** Once for an act. Throws `audit.unavailable` when the refusal could not be recorded. */
  async record<Type extends DenialType>(act: ActContext, denial: Denial<Type>): Promise<void> {
    if (this.#settled.has(act)) return;
    this.#settled.add(act);
    const window = this.#windowOf(act);
    if (window.recorded >= DENIALS_LIMIT.each) {
      this.#count(window, act);
      return;
    }
    window.recorded += 1;
    const recorded = await this.#transact(act, (at) => this.#write(at, denial)).catch(
      (cause: unknown) => {
        throw new AuditUnavailable('a refusal could not be recorded', { cause });
      },
    );
    act.onRecorded?.(recorded);
  }

  /** Writes the counts of minutes that are over. What cannot be written is kept and tried again. */
  async flush(): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    for (const [actor, window] of this.#windows) {
      if (nowMs - window.startedAtMs >= DENIALS_LIMIT.windowMs) this.#close(actor, window);
    }
    const due = this.#due;
    this.#due = [];
    for (const throttled of due) {
      await this.#transact(throttled.act, (at) => this.#writeCount(at, throttled)).catch(
        (error: unknown) => {
          this.#due.push(throttled);
          this.ports.log.error('audit.count-kept', errorFields(error));
        },
      );
    }
  }

  /** Writes all counts, those of the current minute included. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    for (const [actor, window] of this.#windows) this.#close(actor, window);
    await this.flush();
  }

  #windowOf(act: ActContext): Window {
    const actor = act.proof === null ? `address ${subscriberOf(act.where.ip)}` : act.proof.deviceId;
    const nowMs = this.ports.clock.nowMs();
    const open = this.#windows.get(actor);
    if (open && nowMs - open.startedAtMs < DENIALS_LIMIT.windowMs) return open;
    if (open) this.#close(actor, open);
    const window: Window = { startedAtMs: nowMs, recorded: 0, throttled: null };
    this.#windows.set(actor, window);
    const [oldest] = this.#windows;
    if (this.#windows.size > ACTORS_LIMIT && oldest) this.#close(...oldest);
    return window;
  }

  #count(window: Window, act: ActContext): void {
    window.throttled ??= { act, count: 0, seqs: [] };
    const { throttled } = window;
    throttled.act = act;
    throttled.count += 1;
    if (act.proof !== null) throttled.seqs.push(act.proof.seq);
    if (throttled.seqs.length < SEQS_LIMIT) return;
    this.#due.push(throttled);
    window.throttled = null;
  }

  #close(actor: string, { throttled }: Window): void {
    this.#windows.delete(actor);
    if (throttled) this.#due.push(throttled);
  }

  /** In the name of the session while it lasts: the record then says who was refused. */
  async #transact(
    act: ActContext,
    work: (at: ActTransaction) => Promise<RecordedEvent>,
  ): Promise<RecordedEvent> {
    const { database } = this.ports;
    const { sidHash } = act;
    if (sidHash !== null) {
      try {
        return await database.inSession(sidHash, (tx, session) => work({ tx, session, act }));
      } catch (error) {
        if (!isDomainError(error, 'session.ended')) throw error;
      }
    }
    return database.beforeSignIn((tx) => work({ tx, session: null, act }));
  }

  async #write(at: ActTransaction, denial: Denial): Promise<RecordedEvent> {
    const { act, session } = at;
    const { type, outcome = 'denied', object, states = [], signer = null, ...said } = denial;
    const recorded = await this.ports.writer.write(
      at,
      {
        ...said,
        type,
        outcome,
        object: object ?? { type: 'access', id: act.correlationId },
        states: statesOf(session?.state ?? signer?.state, object?.ownerState, ...states),
        fields: type === 'access.denied' ? { target: act.target } : denial.fields,
      },
      { signer: session === null ? signer : null, primary: null },
    );
    await this.#useUp(at, recorded, act.proof === null ? [] : [act.proof.seq]);
    return recorded;
  }

  async #writeCount(at: ActTransaction, { count, seqs }: Throttled): Promise<RecordedEvent> {
    const { act, session } = at;
    const { windowMs } = DENIALS_LIMIT;
    const recorded = await this.ports.writer.write(
      at,
      {
        type: 'access.throttled',
        outcome: 'denied',
        object: { type: 'access', id: act.correlationId },
        states: statesOf(session?.state),
        fields: { target: act.target, count, windowMs, seqs: formatRanges(seqs) },
      },
      { signer: null, primary: null },
    );
    await this.#useUp(at, recorded, seqs);
    return recorded;
  }

  async #useUp(
    { tx, act }: ActTransaction,
    { eventId }: RecordedEvent,
    seqs: readonly number[],
  ): Promise<void> {
    if (act.proof === null || seqs.length === 0) return;
    await keepSeqs(tx, { deviceId: act.proof.deviceId, seqs }, eventId);
  }
}

function statesOf(...states: readonly (string | undefined)[]): readonly StateCode[] {
  const all: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
  return all.filter((state) => states.includes(state)).toSorted();
}
