import type { StateCode } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { SessionHash } from '../../platform/database/database.js';
import { PublishedLogs } from '../../platform/logs/published-logs.js';
import { EventReading } from '../reading/event-reading.repository.js';

/** A manifest of a State, or an act that concerns it, where it stands in a log. */
export interface ManifestEventRow {
  readonly index: number;
  readonly digests: Uint8Array;
  /** Null: the section was erased. */
  readonly salt: Uint8Array | null;
  readonly body: Uint8Array | null;
}

export interface ManifestStretch {
  /** The last part of the name of a log. */
  readonly year: string;
  readonly state: StateCode;
  readonly from: number;
  readonly limit: number;
}

/** Acts, manifests, and what was erased; the rest of the life of the log is nobody's. Policies leave out the rest. */
const EVENTS_SQL = `
SELECT l.index::text, e.digests, s.salt, s.body
  FROM audit.log_entries l JOIN audit.events e ON e.event_id = l.entry_id
  LEFT JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
 WHERE l.log_id = $1 AND l.index >= $2 AND l.index < $3 AND e.states @> ARRAY[$4]
   AND (get_byte(l.leaf, 1) IN (1, 2) OR e.type = 'section.erased')
 ORDER BY l.index LIMIT $5`;

@Injectable()
export class ManifestEvents {
  constructor(
    private readonly reading: EventReading,
    private readonly logs: PublishedLogs,
  ) {}

  /** As far as the log is published, in the name of the session; `null` where there is no such log. */
  async find(
    sidHash: SessionHash,
    { year, state, from, limit }: ManifestStretch,
  ): Promise<{ readonly origin: string; readonly rows: readonly ManifestEventRow[] } | null> {
    const log = await this.logs.find('audit', year);
    if (log === null) return null;
    const stretch = [log.logId, from, log.size, state, limit];
    const rows = await this.reading.inSession(sidHash, async (tx): Promise<readonly StoredRow[]> =>
      tx.query(EVENTS_SQL, stretch),
    );
    const { origin } = log;
    return { origin, rows: rows.map(({ index, ...row }) => ({ ...row, index: Number(index) })) };
  }
}

interface StoredRow extends Omit<ManifestEventRow, 'index'> {
  readonly index: string;
}
