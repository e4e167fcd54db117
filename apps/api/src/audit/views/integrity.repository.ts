import type { LogIntegrity } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

/** The newest signed checkpoint of each log. */
const LOGS_SQL = `
SELECT g.log_id AS "logId", g.origin, g.state, coalesce(c.size, 0)::text AS size, c.root, c.signed_at AS "signedAt"
  FROM audit.logs g
  LEFT JOIN LATERAL (SELECT size, root, signed_at FROM audit.log_checkpoints k
                      WHERE k.log_id = g.log_id ORDER BY k.size DESC LIMIT 1) c ON true
 ORDER BY g.stream, g.opened_at, g.origin`;
const COSIGNATURES_SQL = `
SELECT DISTINCT ON (log_id, witness) log_id AS "logId", witness, size::text, time::text
  FROM audit.log_cosignatures ORDER BY log_id, witness, size DESC`;
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
