import type { AuditEvent } from '@enlace/contracts';
import type { CaseId, Clock, EventId, PersonId, Random } from '@enlace/kernel';
import type { LeafKind } from '@enlace/tlog';

import type { ActProof, ActTransaction, RecordedEvent } from '../access/act.js';
import type { Transaction } from '../database/database.js';
import { answeredByCommit } from '../database/prepared.js';
import { ActorAliases } from './actor-alias.js';
import { insertEvent, SYSTEM_ACTOR, type ActorColumns, type SealedEvent } from './event-rows.js';
import {
  encodeSections,
  encodeSystemSections,
  sessionRef,
  type ClientStatement,
  type Signer,
} from './event-sections.js';
import { sealEvent, type UnsealedEvent } from './seal-event.js';

/** A clock that is kept by the network is put back by less. */
const CORRECTION_MS = 2_000;

export interface EventPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** The process that writes. */
  readonly node: string;
}

/** Whose event it is, besides what the transaction knows. */
export interface Authorship {
  readonly signer: Signer | null;
  /** The act's first event, when this one is not it. */
  readonly primary: EventId | null;
  /** What the device of the session signed, where the event is in its words. */
  readonly stated?: ClientStatement;
  /** Whose number this event uses up. */
  readonly proof?: ActProof | null;
}

/**
 * Encodes, salts, commits and inserts one event; who, where and the signed request come from the transaction's act.
 */
export class EventWriter {
  readonly #aliases: ActorAliases;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #steppedBackMs = 0;

  constructor(private readonly ports: EventPorts) {
    this.#aliases = new ActorAliases(ports.random);
  }

  /**
   * How far the clock of this node went back against the event before, where that is more than a correction; 0 where it
   * did not, or where that is settled.
   */
  get steppedBackMs(): number {
    return this.#steppedBackMs;
  }

  /** So much of it is on record. */
  settleStep(ms: number): void {
    this.#steppedBackMs -= ms;
  }

  /** Throws `event.malformed`; what the database says, also that a number was used before, the transaction throws. */
  async write(
    at: ActTransaction,
    event: AuditEvent,
    { signer, primary, stated, proof = null }: Authorship,
  ): Promise<RecordedEvent> {
    const { act, session } = at;
    const actor = session ?? signer;
    const alias = actor === null ? null : await this.#aliasOf(at.tx, actor, event);
    const { node } = this.ports;
    const bytes = encodeSections(event, {
      act,
      session,
      signer,
      primary,
      node,
      actorAlias: alias,
      stated: stated ?? null,
    });
    const observedBy = stated === undefined ? 'server' : 'client';
    const { correlationId } = act;
    const unsealed = { event, bytes, kind: 'act', correlationId, observedBy } as const;
    const { eventId, leaf } = await this.#insert(at.tx, unsealed, {
      ...columnsOf(at, signer),
      alias,
      proof,
    });
    return { eventId, leaf };
  }

  /** An event of the server itself. */
  async writeOwn(
    tx: Transaction,
    event: AuditEvent,
    { kind, correlationId }: { readonly kind: LeafKind; readonly correlationId: string },
  ): Promise<SealedEvent> {
    const bytes = encodeSystemSections(event, { node: this.ports.node, correlationId });
    const unsealed = { event, bytes, kind, correlationId, observedBy: 'server' } as const;
    return this.#insert(tx, unsealed, { ...SYSTEM_ACTOR, proof: null });
  }

  /** The alias of somebody else than the actor; without a case it is that of their own State and year. */
  async findAlias(
    tx: Transaction,
    {
      personId,
      state,
      caseId,
    }: { readonly personId: PersonId; readonly state: string; readonly caseId?: CaseId },
  ): Promise<string> {
    const nowMs = this.ports.clock.nowMs();
    return this.#aliases.find(tx, personId, { caseId, state, nowMs });
  }

  async #insert(
    tx: Transaction,
    unsealed: UnsealedEvent,
    actor: Parameters<typeof insertEvent>[2],
  ): Promise<SealedEvent> {
    const sealed = sealEvent(unsealed, this.ports);
    const backMs = this.#lastAtMs - sealed.occurredAtMs;
    if (backMs > CORRECTION_MS) this.#steppedBackMs += backMs;
    this.#lastAtMs = sealed.occurredAtMs;
    answeredByCommit(tx, insertEvent(tx, sealed, actor));
    return sealed;
  }

  async #aliasOf(
    tx: Transaction,
    { personId, state }: { readonly personId: PersonId; readonly state: string },
    { caseId }: AuditEvent,
  ): Promise<string> {
    return this.#aliases.find(tx, personId, { caseId, state, nowMs: this.ports.clock.nowMs() });
  }
}

function columnsOf(
  { act, session }: ActTransaction,
  signer: Signer | null,
): Omit<ActorColumns, 'alias'> {
  const actor = session ?? signer;
  return {
    state: actor?.state ?? null,
    role: session?.roles[0] ?? null,
    personId: actor?.personId ?? null,
    deviceId: actor?.deviceId ?? null,
    sessionRef: session === null || act.sidHash === null ? null : sessionRef(act.sidHash),
    ip: act.where.ip,
  };
}
