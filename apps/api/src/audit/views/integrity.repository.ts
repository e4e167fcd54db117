import type { LogIntegrity, RecordOversight } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

/** The newest signed checkpoint of each log. */
const LOGS_SQL = `
SELECT g.log_id AS "logId", g.origin, g.state, coalesce(c.size, 0)::text AS size, c.root, c.signed_at AS "signedAt"
  FROM audit.logs g
  LEFT JOIN LATERAL (SELECT size, root, signed_at FROM audit.log_checkpoints k
                      WHERE k.log_id = g.log_id ORDER BY k.size DESC LIMIT 1) c ON true
 ORDER BY g.stream, g.opened_at, g.origin`;
/** From witness to witness by the index: there are few of them and millions of cosignatures. */
const COSIGNATURES_SQL = `
WITH RECURSIVE known AS (
  (SELECT log_id, witness FROM audit.log_cosignatures ORDER BY log_id, witness LIMIT 1)
  UNION ALL
  SELECT next.* FROM known CROSS JOIN LATERAL (
    SELECT k.log_id, k.witness FROM audit.log_cosignatures k
     WHERE (k.log_id, k.witness) > (known.log_id, known.witness) ORDER BY k.log_id, k.witness LIMIT 1) next
)
SELECT known.log_id AS "logId", known.witness, c.size::text, c.time::text
  FROM known CROSS JOIN LATERAL (
    SELECT k.size, k.time FROM audit.log_cosignatures k
     WHERE k.log_id = known.log_id AND k.witness = known.witness ORDER BY k.size DESC LIMIT 1) c
 ORDER BY known.log_id, known.witness`;
const OVERSIGHT_SQL = `
SELECT disputes::float8, counter_gaps::float8 AS "counterGaps", erasures::float8, has_pgaudit AS "recordsDirectReads"
  FROM guard.record_oversight()`;
const MANIFESTS_SQL = `
SELECT g.origin, m.state, count(*)::int AS manifests, max(m.to_index)::text AS "toIndex", max(m.issued_at) AS "issuedAt"
  FROM audit.manifests m JOIN audit.logs g USING (log_id) GROUP BY g.origin, m.state ORDER BY g.origin, m.state`;

interface LogRow extends Pick<LogIntegrity, 'origin' | 'state'> {
  readonly logId: string;
  readonly size: string;
  readonly root: Uint8Array | null;
  readonly signedAt: Date | null;
}

/** What says whether the logs are whole, in the role of the auditors; none of it is anybody's. */
@Injectable()
export class IntegrityRepository {
  async findLogs(tx: Transaction): Promise<readonly LogRow[]> {
    return tx.query(LOGS_SQL);
  }

  async findNewestCosignatures(tx: Transaction): Promise<
    readonly {
      readonly logId: string;
      readonly witness: string;
      readonly size: string;
      readonly time: string;
    }[]
  > {
    return tx.query(COSIGNATURES_SQL);
  }

  async findOversight(tx: Transaction): Promise<RecordOversight> {
    const rows: readonly RecordOversight[] = await tx.query(OVERSIGHT_SQL);
    return rows[0] ?? { disputes: 0, counterGaps: 0, erasures: 0, recordsDirectReads: false };
  }

  async findManifests(tx: Transaction): Promise<
    readonly {
      readonly origin: string;
      readonly state: string;
      readonly manifests: number;
      readonly toIndex: string;
      readonly issuedAt: Date;
    }[]
  > {
    return tx.query(MANIFESTS_SQL);
  }
}
