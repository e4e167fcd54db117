import type { AuditEvent } from '@enlace/contracts';
import type { EventId } from '@enlace/kernel';
import { SECTION_NAMES, type SaltedSection, type SectionName } from '@enlace/tlog';

import type { ActProof } from '../access/act.js';
import type { Transaction } from '../database/database.js';

/** An event whose sections are encoded, salted and committed to. */
export interface SealedEvent {
  readonly eventId: EventId;
  readonly occurredAtMs: number;
  readonly event: AuditEvent;
  readonly correlationId: string;
  readonly observedBy: 'server' | 'client';
  readonly sections: Readonly<Record<SectionName, SaltedSection>>;
  /** The five digests one after the other, 160 bytes. */
  readonly digests: Uint8Array;
  readonly leaf: Uint8Array;
}

/** What the searchable side says of the actor; all but the first three stand beside the sections that say it. */
export interface ActorColumns {
  readonly state: string | null;
  readonly role: string | null;
  readonly alias: string | null;
  readonly personId: string | null;
  readonly deviceId: string | null;
  readonly sessionRef: string | null;
  readonly ip: string | null;
}

export const SYSTEM_ACTOR: ActorColumns = {
  state: null,
  role: null,
  alias: null,
  personId: null,
  deviceId: null,
  sessionRef: null,
  ip: null,
};

/** One statement, one answer: an act is held up by the record of itself as little as can be. */
const INSERT_SQL = `
WITH event AS (
  INSERT INTO audit.events (event_id, occurred_at, type, outcome, observed_by, object_type, object_id, owner_state,
    states, case_id, thread_id, request_id, correlation_id, digests, actor_state, actor_role, actor_alias, actor_id)
  VALUES ($1, to_timestamp($2::double precision / 1000), $3, $4, $26, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
    $15, $16, $17)
), section AS (
  INSERT INTO audit.sections (event_id, section, owner_state, salt, body, person_id, device_id, session_ref, ip)
  SELECT $1, s.section, $14, s.salt, s.body, CASE WHEN s.section IN (2, 3, 5) THEN $17::uuid END,
         CASE WHEN s.section = 2 THEN $18::uuid END, CASE WHEN s.section = 2 THEN $19 END,
         CASE WHEN s.section = 3 THEN $20 END
    FROM unnest($21::smallint[], $22::bytea[], $23::bytea[]) AS s (section, salt, body)
)
INSERT INTO audit.outbox (entry_id, stream, kind, leaf, created_at) VALUES ($1, 'audit', $24, $25, clock_timestamp())`;

/** Uses up a number of a device. A second use breaks `device_seqs_pkey`. */
const USE_SEQ_SQL = 'INSERT INTO audit.device_seqs (device_id, seq, event_id) VALUES ($1, $2, $3)';

/** For refusals: a number that an earlier event has used stays with that event. */
const KEEP_SEQ_SQL = `
INSERT INTO audit.device_seqs (device_id, seq, event_id)
SELECT $1, seq, $3 FROM unnest($2::bigint[]) AS seq ON CONFLICT DO NOTHING`;

/** Writes the event, its sections and its row of the outbox. */
export async function insertEvent(
  tx: Transaction,
  sealed: SealedEvent,
  actor: ActorColumns,
): Promise<void> {
  const { event } = sealed;
  const { object } = event;
  await tx.query(INSERT_SQL, [
    sealed.eventId,
    sealed.occurredAtMs,
    event.type,
    event.outcome,
    object.type,
    object.id,
    object.ownerState ?? null,
    event.states,
    event.caseId ?? null,
    event.threadId ?? null,
    event.requestId ?? null,
    sealed.correlationId,
    Buffer.from(sealed.digests),
    actor.state,
    actor.role,
    actor.alias,
    actor.personId,
    actor.deviceId,
    actor.sessionRef,
    actor.ip,
    SECTION_NAMES.map((_, at) => at + 1),
    SECTION_NAMES.map((name) => Buffer.from(sealed.sections[name].salt)),
    SECTION_NAMES.map((name) => Buffer.from(sealed.sections[name].bytes)),
    sealed.leaf[1],
    Buffer.from(sealed.leaf),
    sealed.observedBy,
  ]);
}

export async function useSeq(tx: Transaction, proof: ActProof, eventId: EventId): Promise<void> {
  await tx.query(USE_SEQ_SQL, [proof.deviceId, proof.seq, eventId]);
}

export async function keepSeqs(
  tx: Transaction,
  used: { readonly deviceId: string; readonly seqs: readonly number[] },
  eventId: EventId,
): Promise<void> {
  await tx.query(KEEP_SEQ_SQL, [used.deviceId, used.seqs, eventId]);
}
