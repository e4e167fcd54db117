import {
  formatInstant,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  type JsonObject,
} from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';
import {
  READ_IN_CASES,
  type CaseDay,
  type RedactedRead,
  type UnassignedRead,
} from '../detection/cases.js';
import type { Abandoned, CounterGap, Difference } from '../detection/completeness.js';
import type { Finding, SeenEvent } from '../detection/rule.js';

const LEAD_SQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('detection', 0)) AS leads`;
const EVENTS_SQL = `
SELECT event_id AS "eventId", occurred_at AS "occurredAt", type, outcome, actor_id AS "actorId",
       actor_state AS "actorState", device_id AS "deviceId", geo_state AS "geoState", in_hours AS "inHours", what
  FROM guard.watched_events($1::text[], $2)`;
const STANDING_SQL = `
SELECT event_id AS "eventId", occurred_at AS "occurredAt", type, outcome, actor_id AS "actorId",
       actor_state AS "actorState", device_id AS "deviceId", geo_state AS "geoState", in_hours AS "inHours", what
  FROM guard.standing_delays()`;
const GAPS_SQL = `
SELECT device_id AS "deviceId", state, first::float8, last::float8, before, after, after_at AS "afterAt"
  FROM guard.counter_gaps($1)`;
const SIGN_INS_SQL = `
SELECT device_id AS "deviceId", what FROM guard.device_sign_ins($1::uuid[], $2)`;
const UNRECORDED_SQL = 'SELECT state, what, id FROM guard.unrecorded_rows($1, $2)';
const CASES_SQL = `
SELECT actor_id AS "actorId", state, role, day, cases, event_ids AS "eventIds" FROM guard.cases_by_day($1::text[], $2)`;
const UNASSIGNED_SQL = `
SELECT event_id AS "eventId", actor_id AS "actorId", state, case_id AS "caseId"
  FROM guard.unassigned_reads($1::text[], $2)`;
const REDACTED_SQL = `
SELECT redaction_id AS "redactionId", state, redacted_at AS "redactedAt", read_id AS "readId", reader_id AS "readerId",
       read_at AS "readAt"
  FROM guard.redacted_reads($1)`;
const RAISE_SQL = `
INSERT INTO audit.alerts (alert_id, state, rule, subject, numbers, event_ids, is_technical, raised_at, step)
VALUES ($1, $2, $3, $4, $5::bigint[], $6::uuid[], $7, $8, 'raised') ON CONFLICT DO NOTHING RETURNING alert_id`;

interface EventRow extends Omit<SeenEvent, 'atMs' | 'what'> {
  readonly occurredAt: Date;
  readonly what: Uint8Array;
}
interface RedactedRow extends Omit<RedactedRead, 'redactedAtMs' | 'readAtMs'> {
  readonly redactedAt: Date;
  readonly readAt: Date;
}
interface GapRow extends Omit<CounterGap, 'afterAtMs'> {
  readonly afterAt: Date;
}

/** What the rules look at, in the role `enl_sequencer`; no session stands behind it. */
@Injectable()
export class DetectionRepository {
  /** False while another node looks. */
  async tryToLead(tx: Transaction): Promise<boolean> {
    const [row]: readonly { leads: boolean }[] = await tx.query(LEAD_SQL);
    return row?.leads === true;
  }

  /** Oldest first. */
  async findEvents(
    tx: Transaction,
    types: readonly string[],
    fromMs: number,
  ): Promise<readonly SeenEvent[]> {
    const rows: readonly EventRow[] = await tx.query(EVENTS_SQL, [types, formatInstant(fromMs)]);
    return rows.map(seenEvent);
  }

  /** Of each witness that is late at this moment, the event that said so; oldest first. */
  async findStandingDelays(tx: Transaction): Promise<readonly SeenEvent[]> {
    const rows: readonly EventRow[] = await tx.query(STANDING_SQL);
    return rows.map(seenEvent);
  }

  /** Below a number that was used since then. */
  async findGaps(tx: Transaction, fromMs: number): Promise<readonly CounterGap[]> {
    const rows: readonly GapRow[] = await tx.query(GAPS_SQL, [formatInstant(fromMs)]);
    return rows.map(({ afterAt, ...row }) => ({ ...row, afterAtMs: afterAt.getTime() }));
  }

  /** What these devices gave up, as they said when they signed in since then: ranges `n` or `n-m`. */
  async findAbandoned(
    tx: Transaction,
    deviceIds: readonly string[],
    fromMs: number,
  ): Promise<Abandoned> {
    const rows: readonly { deviceId: string; what: Uint8Array }[] = await tx.query(SIGN_INS_SQL, [
      deviceIds,
      formatInstant(fromMs),
    ]);
    const byDevice = new Map<string, string[]>();
    for (const { deviceId, what } of rows) {
      const { abandoned } = wordsOf(what);
      if (!Array.isArray(abandoned)) continue;
      byDevice.set(deviceId, [...(byDevice.get(deviceId) ?? []), ...abandoned.map(String)]);
    }
    return byDevice;
  }

  /** Rows of a stretch of time that no event tells of. */
  async findUnrecorded(
    tx: Transaction,
    stretch: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly Difference[]> {
    return tx.query(UNRECORDED_SQL, [formatInstant(stretch.fromMs), formatInstant(stretch.toMs)]);
  }

  /** How many cases people read in, day by day. */
  async findCaseDays(tx: Transaction, fromMs: number): Promise<readonly CaseDay[]> {
    return tx.query(CASES_SQL, [READ_IN_CASES, formatInstant(fromMs)]);
  }

  async findUnassigned(tx: Transaction, fromMs: number): Promise<readonly UnassignedRead[]> {
    return tx.query(UNASSIGNED_SQL, [READ_IN_CASES, formatInstant(fromMs)]);
  }

  /** What others had got of entries that were redacted since then. */
  async findRedactedReads(tx: Transaction, fromMs: number): Promise<readonly RedactedRead[]> {
    const rows: readonly RedactedRow[] = await tx.query(REDACTED_SQL, [formatInstant(fromMs)]);
    return rows.map(({ redactedAt, readAt, ...row }) => ({
      ...row,
      redactedAtMs: redactedAt.getTime(),
      readAtMs: readAt.getTime(),
    }));
  }

  /** False for what was raised before. */
  async raise(
    tx: Transaction,
    { rule, state, subject, numbers, eventIds }: Finding,
    as: {
      readonly alertId: string;
      readonly isTechnical: boolean;
      readonly nowMs: number;
    },
  ): Promise<boolean> {
    const { alertId, isTechnical, nowMs } = as;
    const values = [alertId, state, rule, subject, numbers, eventIds, isTechnical];
    const rows: readonly unknown[] = await tx.query(RAISE_SQL, [...values, formatInstant(nowMs)]);
    return rows.length > 0;
  }
}

function seenEvent({ occurredAt, what, ...row }: EventRow): SeenEvent {
  return { ...row, atMs: occurredAt.getTime(), what: wordsOf(what) };
}

function wordsOf(bytes: Uint8Array): JsonObject {
  const read = parseStrictJson(parseUtf8(bytes));
  return isJsonObject(read) ? read : {};
}
