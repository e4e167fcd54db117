import {
  CLIENT_STATED,
  type AuditEvent,
  type ClientStatedType,
  type RecordableType,
} from '@enlace/contracts';
import type { CaseId, PersonId } from '@enlace/kernel';

import type { ActContext, ActTransaction, RecordedEvent } from '../access/act.js';
import type { Transaction } from '../database/database.js';
import { AuditUnrecorded, EventMalformed } from './audit.errors.js';
import type { Denial, Denials, DenialType } from './denials.js';
import type { ClientStatement, Signer } from './event-sections.js';
import type { Authorship, EventWriter } from './event-writer.js';

/** What an act recorded so far, in its one transaction. */
interface Recorded {
  readonly primary: RecordedEvent;
  readonly types: Set<RecordableType>;
}

/**
 * The record of acts. An event stands in the transaction of its act: both happen or neither does. The first event
 * of an act is its primary one: it holds the request proof and uses up its number, further ones point to it.
 */
export class AuditRecorder {
  /** By transaction: an act that lost a race is run again with another one and records anew. */
  readonly #recorded = new WeakMap<Transaction, Recorded>();

  constructor(
    private readonly writer: EventWriter,
    private readonly denials: Denials,
  ) {}

  /**
   * Throws `event.malformed` (a mistake of the caller). The transaction of the act throws `proof.replayed` when an
   * earlier event has used the number of the proof, and what the database says; the act rolls back with each. `signer`:
   * who signed, where no session stands behind the request; under a session it is refused, because the session says who
   * acts.
   */
  async record<Type extends RecordableType>(
    at: ActTransaction,
    event: AuditEvent<Type>,
    signer: Signer | null = null,
  ): Promise<RecordedEvent> {
    if (signer !== null && at.session !== null) {
      throw new EventMalformed('the session says who acts, not the caller');
    }
    if (isClientStated(event.type)) throw new EventMalformed('only a device can say that');
    return this.#write(at, event, { signer });
  }

  /**
   * An event in the words of the device of the session, whose signature the caller has verified. It stands beside the
   * event of the call itself, which came first: the statement takes the place of the request proof. Throws as `record`.
   */
  async recordStated<Type extends ClientStatedType>(
    at: ActTransaction,
    event: AuditEvent<Type>,
    stated: ClientStatement,
  ): Promise<RecordedEvent> {
    if (at.session === null || !isClientStated(event.type)) {
      throw new EventMalformed('only a device in its session can say that');
    }
    return this.#write(at, event, { signer: null, stated });
  }

  /** The alias under which auditors of other States follow somebody who is not the actor: in the case, or outside. */
  async findAlias(
    { tx }: ActTransaction,
    person: { readonly personId: PersonId; readonly state: string; readonly caseId?: CaseId },
  ): Promise<string> {
    return this.writer.findAlias(tx, person);
  }

  async #write(
    at: ActTransaction,
    event: AuditEvent,
    authorship: Omit<Authorship, 'primary'>,
  ): Promise<RecordedEvent> {
    const before = this.#recorded.get(at.tx);
    const primary = before?.primary.eventId ?? null;
    const proof = before === undefined ? at.act.proof : null;
    const recorded = await this.writer.write(at, event, { ...authorship, primary, proof });
    const types = before?.types ?? new Set();
    this.#recorded.set(at.tx, {
      primary: before?.primary ?? recorded,
      types: types.add(event.type),
    });
    return recorded;
  }

  /**
   * A refusal, on a connection of its own, because the refused act rolls back. Once an act; further calls do
   * nothing. Throws `audit.unavailable` when it could not be recorded: the refusal stands, and this is its answer.
   */
  async recordDenied<Type extends DenialType>(
    act: ActContext,
    denial: Denial<Type>,
  ): Promise<void> {
    await this.denials.record(act, denial);
  }

  /**
   * The primary event of an act that is about to commit; `null` for an act that declares none and recorded none.
   * Throws `audit.unrecorded` when none of the declared types was recorded.
   */
  getPrimary({ tx, act }: ActTransaction): RecordedEvent | null {
    const recorded = this.#recorded.get(tx);
    const isKept =
      act.declared.length === 0 || act.declared.some((type) => hasType(recorded, type));
    if (!isKept) throw new AuditUnrecorded('no event of a declared type was recorded');
    return recorded?.primary ?? null;
  }
}

function hasType(recorded: Recorded | undefined, type: string): boolean {
  const types: ReadonlySet<string> | undefined = recorded?.types;
  return types?.has(type) === true;
}

function isClientStated(type: RecordableType): boolean {
  const stated: readonly string[] = CLIENT_STATED;
  return stated.includes(type);
}
