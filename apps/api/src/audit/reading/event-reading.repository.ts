import type { AuditReach, AuditScope, AuditWhy } from '@enlace/contracts';
import { Inject, Injectable } from '@nestjs/common';

import type { Database, SessionHash, Transaction } from '../../platform/database/database.js';
import { AUDITOR_DATABASE } from '../../platform/tokens.js';
import { readEvent, type EventRow, type ReadEvent, type Reader } from './read-event.js';

const SCOPE_SQL = 'SELECT guard.my_audit_scope() AS scope, guard.my_case_grants() AS grants';

interface ScopeRow {
  readonly scope: AuditScope | null;
  readonly grants: readonly string[];
}

/** Newest first. The policies leave out what this session may not see, event by event and section by section. */
const EVENTS_SQL = `
WITH readable AS (
  SELECT event_id, section, salt, body, person_id FROM audit.sections WHERE event_id = ANY ($1::uuid[])
  UNION ALL
  SELECT event_id, section, salt, body, NULL FROM guard.opened_places($1::uuid[])
)
SELECT e.event_id AS "eventId", e.actor_state AS "actorState", e.states, e.case_id AS "caseId", g.origin, l.index,
       coalesce(l.leaf, o.leaf) AS leaf, e.digests, s.sections, s.salts, s.bodies, s.person_id AS "personId",
       ARRAY(SELECT d.section::int FROM audit.disclosed_sections d
              WHERE d.event_id = e.event_id AND d.to_state = $2) AS disclosed
  FROM audit.events e
  LEFT JOIN audit.log_entries l ON l.entry_id = e.event_id
  LEFT JOIN audit.logs g ON g.log_id = l.log_id
  LEFT JOIN audit.outbox o ON o.entry_id = e.event_id
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(s.section::int ORDER BY s.section), '{}') AS sections,
           coalesce(array_agg(s.salt ORDER BY s.section), '{}') AS salts,
           coalesce(array_agg(s.body ORDER BY s.section), '{}') AS bodies,
           max(s.person_id::text) FILTER (WHERE s.section = 2) AS person_id
      FROM readable s WHERE s.event_id = e.event_id) s
 WHERE e.event_id = ANY ($1::uuid[])
 ORDER BY e.event_id DESC`;

/** The newest place of the log of events; entries of the log in use come first. */
const LAST_SQL = `
SELECT g.origin, (SELECT max(l.index) FROM audit.log_entries l WHERE l.log_id = g.log_id) AS index
  FROM audit.streams s JOIN audit.logs g ON g.log_id = s.log_id WHERE s.stream = 'audit'`;

/**
 * The record as one session may see it, read in the role `enl_auditor`. Whoever reads has an act of their own that
 * records the reading before the first byte leaves.
 */
@Injectable()
export class EventReading {
  constructor(@Inject(AUDITOR_DATABASE) private readonly database: Database) {}

  /** `why`: of the act that reads. Throws `session.ended` when the session is not valid. */
  inSession<T>(
    sidHash: SessionHash,
    read: (tx: Transaction, reader: Reader) => Promise<T>,
    why: AuditWhy = {},
  ): Promise<T> {
    return this.database.inSession(sidHash, async (tx, session) => {
      const rows: readonly ScopeRow[] = await tx.query(SCOPE_SQL);
      const { scope = null, grants: caseGrants = [] } = rows[0] ?? {};
      const { personId, deviceId, officeId, state, roles, acr } = session;
      const about = { personId, deviceId, officeId, state, roles, acr };
      const subject = scope === null ? about : { ...about, auditScope: scope };
      return read(tx, { subject, caseGrants, why });
    });
  }

  /** The events that the reader may see of these, newest first; the others are not there. */
  async findEvents(
    tx: Transaction,
    reader: Reader,
    ids: readonly string[],
  ): Promise<readonly ReadEvent[]> {
    const { auditScope, state } = reader.subject;
    const openedTo = auditScope === 'national' ? state : null;
    const rows: readonly EventRow[] = await tx.query(EVENTS_SQL, [ids, openedTo]);
    return rows.flatMap((row) => readEvent(row, reader) ?? []);
  }

  /** How far the record reaches for this reader. */
  async findReach(tx: Transaction, { subject, caseGrants }: Reader): Promise<AuditReach> {
    const rows: readonly { origin: string; index: string | null }[] = await tx.query(LAST_SQL);
    const last = rows.find(({ index }) => index !== null);
    return {
      lastIntegrated:
        last === undefined ? null : { origin: last.origin, index: Number(last.index) },
      scope: subject.auditScope ?? null,
      caseGrants,
    };
  }
}
