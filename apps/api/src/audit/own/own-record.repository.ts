import type { EventId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

/** In the name of the person of the session: not all that an auditor may see. */
const OWN = `section = 2 AND person_id = (SELECT guard.my_person())`;
const OWN_SQL = `
SELECT event_id AS "eventId" FROM audit.sections WHERE ${OWN} AND event_id = ANY ($1::uuid[])`;
const LIST_SQL = `
SELECT event_id AS "eventId" FROM audit.sections WHERE ${OWN} AND event_id < $1 ORDER BY event_id DESC LIMIT $2`;
/** The right of `enl_auditor` ends at the searchable side of an event. */
const HEADS_SQL = `
SELECT event_id AS "eventId", occurred_at AS "occurredAt", type, outcome
  FROM audit.events WHERE event_id = ANY ($1::uuid[])`;

/** What stands beside the sections of an event. */
export interface EventHead {
  readonly eventId: EventId;
  readonly occurredAt: Date;
  readonly type: string;
  readonly outcome: string;
}
type Id = Pick<EventHead, 'eventId'>;

/** Which events are one's own; read in the role `enl_auditor`, in the name of a session. */
@Injectable()
export class OwnRecordRepository {
  /** Those of the ids whose section `who` names the person of the session. */
  async findOwn(tx: Transaction, ids: readonly EventId[]): Promise<readonly EventId[]> {
    const rows: readonly Id[] = await tx.query(OWN_SQL, [ids]);
    return rows.map(({ eventId }) => eventId);
  }

  /** Before an id, newest first. */
  async listOwn(tx: Transaction, before: string, limit: number): Promise<readonly EventId[]> {
    const rows: readonly Id[] = await tx.query(LIST_SQL, [before, limit]);
    return rows.map(({ eventId }) => eventId);
  }

  async findHeads(
    tx: Transaction,
    ids: readonly EventId[],
  ): Promise<ReadonlyMap<string, EventHead>> {
    const rows: readonly EventHead[] = await tx.query(HEADS_SQL, [ids]);
    return new Map(rows.map((row) => [row.eventId, row]));
  }
}
