import type { AuditScope } from '@enlace/contracts';
import type { EventId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { Database, SessionHash, Transaction } from '../../platform/database/database.js';
import { AUDITOR_DATABASE } from '../../platform/tokens.js';
import { readEvent, type EventRow, type ReadEvent, type Reader } from './read-event.js';

const SCOPE_SQL = 'SELECT guard.my_audit_scope() AS scope';

/** Newest first. The policies leave out what this session may not see, event by event and section by section. */
const EVENTS_SQL = `
SELECT e.event_id AS "eventId", e.actor_state AS "actorState", g.origin, l.index, coalesce(l.leaf, o.leaf) AS leaf,
       e.digests, s.sections, s.salts, s.bodies, s.person_id AS "personId"
  FROM audit.events e
  LEFT JOIN audit.log_entries l ON l.entry_id = e.event_id
  LEFT JOIN audit.logs g ON g.log_id = l.log_id
  LEFT JOIN audit.outbox o ON o.entry_id = e.event_id
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(s.section::int ORDER BY s.section), '{}') AS sections,
           coalesce(array_agg(s.salt ORDER BY s.section), '{}') AS salts,
           coalesce(array_agg(s.body ORDER BY s.section), '{}') AS bodies,
           max(s.person_id::text) FILTER (WHERE s.section = 2) AS person_id
      FROM audit.sections s WHERE s.event_id = e.event_id) s
 WHERE e.event_id = ANY ($1::uuid[])
 ORDER BY e.event_id DESC`;

/**
 * The record as one session may see it, read in the role `enl_auditor`. Whoever reads has an act of their own that
 * records the reading before the first byte leaves.
 */
@Injectable()
export class EventReading {
  constructor(@Inject(AUDITOR_DATABASE) private readonly database: Database) {}

  /** Throws `session.ended` when the session is not valid. */
  inSession<T>(
    sidHash: SessionHash,
    read: (tx: Transaction, reader: Reader) => Promise<T>,
  ): Promise<T> {
    return this.database.inSession(sidHash, async (tx, { personId, state }) => {
      const rows: readonly { scope: AuditScope | null }[] = await tx.query(SCOPE_SQL);
      return read(tx, { personId, state, scope: rows[0]?.scope ?? null });
    });
  }

  /** The events that the reader may see of these, newest first; the others are not there. */
  async findEvents(
    tx: Transaction,
    reader: Reader,
    ids: readonly EventId[],
  ): Promise<readonly ReadEvent[]> {
    const rows: readonly EventRow[] = await tx.query(EVENTS_SQL, [ids]);
    return rows.map((row) => readEvent(row, reader));
  }
}
