import type { AuditEvent } from '@enlace/contracts';
import type { EventId } from '@enlace/kernel';
import { SECTION_NAMES, type SaltedSection, type SectionName } from '@enlace/tlog';

import type { ActProof } from '../access/act.js';
import type { Transaction } from '../database/database.js';
import { translateDatabaseError, WriteConflict } from '../database/database-errors.js';
import { queryPrepared, type PreparedStatement } from '../database/prepared.js';
import { ProofReplayed } from './audit.errors.js';

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
const EVENT_SQL = `
WITH event AS (
  INSERT INTO audit.events (event_id, occurred_at, type, outcome, observed_by, object_type, object_id, owner_state,
    states, case_id, thread_id, request_id, correlation_id, digests, actor_state, actor_role, actor_alias, actor_id)
  VALUES ($1, to_timestamp($2::double precision / 1000), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
    $16, $17, $18)
), section AS (
  INSERT INTO audit.sections (event_id, section, owner_state, person_id, device_id, session_ref, ip, salt, body)
  VALUES ($1, 1, $15, NULL, NULL, NULL, NULL, $24, $25), ($1, 2, $15, $18, $19, $20, NULL, $26, $27),
         ($1, 3, $15, $18, NULL, NULL, $21, $28, $29), ($1, 4, $15, NULL, NULL, NULL, NULL, $30, $31),
         ($1, 5, $15, $18, NULL, NULL, NULL, $32, $33)
)`;
const OUTBOX_SQL = `
INSERT INTO audit.outbox (entry_id, stream, kind, leaf, created_at) VALUES ($1, 'audit', $22, $23, clock_timestamp())`;
const INSERT = {
  name: 'insert-event',
  text: EVENT_SQL + OUTBOX_SQL,
} as const satisfies PreparedStatement;

/** Also uses up a number of a device. A second use breaks `device_seqs_pkey`. */
const INSERT_USING_SEQ = {
  name: 'insert-event-using-seq',
  text: `${EVENT_SQL}, seq AS (INSERT INTO audit.device_seqs (device_id, seq, event_id) VALUES ($34, $35, $1))
${OUTBOX_SQL}`,
} as const satisfies PreparedStatement;

/** For refusals: a number that an earlier event has used stays with that event. */
const KEEP_SEQ_SQL = `
INSERT INTO audit.device_seqs (device_id, seq, event_id)
SELECT $1, seq, $3 FROM unnest($2::bigint[]) AS seq ON CONFLICT DO NOTHING`;

/**
 * Writes the event, its sections and its row of the outbox. `actor.proof`: whose number it uses up. Throws
 * `proof.replayed` for a second use.
 */
export async function insertEvent(
  tx: Transaction,
  sealed: SealedEvent,
  { proof, ...actor }: ActorColumns & { readonly proof: ActProof | null },
): Promise<void> {
  const { event } = sealed;
  const { object } = event;
  const used = proof === null ? [] : [proof.deviceId, proof.seq];
  await queryPrepared(tx, proof === null ? INSERT : INSERT_USING_SEQ, [
    sealed.eventId,
    sealed.occurredAtMs,
    event.type,
    event.outcome,
    sealed.observedBy,
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
    sealed.leaf[1],
    Buffer.from(sealed.leaf),
    ...SECTION_NAMES.flatMap((name) => {
      const { salt, bytes } = sealed.sections[name];
      return [Buffer.from(salt), Buffer.from(bytes)];
    }),
    ...used,
  ]).catch((error: unknown) => throwReplayed(error));
}

/** An act whose number an earlier event has used is that one, sent again. */
function throwReplayed(error: unknown): never {
  const translated = translateDatabaseError(error);
  const isUsed =
    translated instanceof WriteConflict && translated.constraint === 'device_seqs_pkey';
  if (!isUsed) throw error;
  throw new ProofReplayed('the number of the proof was used before', { cause: error });
}

export async function keepSeqs(
  tx: Transaction,
  used: { readonly deviceId: string; readonly seqs: readonly number[] },
  eventId: EventId,
): Promise<void> {
  await tx.query(KEEP_SEQ_SQL, [used.deviceId, used.seqs, eventId]);
}
