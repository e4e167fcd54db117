import type { Institution, Institutions, StateCode } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  sha256,
  toBase64Url,
  utf8,
  type Clock,
} from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import type { Transaction } from '../../platform/database/database.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';

interface Authority {
  readonly state: StateCode;
  readonly names: Institution['names'];
}

const AUTHORITIES_SQL = `
SELECT state, json_build_object('es', name_es, 'en', name_en) AS names
  FROM app.authorities WHERE NOT is_removed ORDER BY state`;

const OFFICES_SQL = `
SELECT o.state, o.office_id AS "officeId", o.parent, o.kind,
       json_build_object('es', o.name_es, 'en', o.name_en) AS names, o.regions, o.duties, o.zone
  FROM app.offices o JOIN app.authorities a ON a.state = o.state AND NOT a.is_removed
 WHERE NOT o.is_closed ORDER BY o.state, o.office_id`;

/** The list of institutions that the secretariat publishes outside the platform: no person, no card. */
@Injectable()
export class InstitutionsExport {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The record keeps the hash, so that everybody can tell the published file from another. Throws `access.denied`. */
  async publish(act: ActContext): Promise<Institutions> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const about = { type: 'directory', id: 'directory', ownerState: state } as const;
      this.permissions.assert(at, 'directory.publish-institutions', { about });
      const file = canonicalJson({
        v: 1,
        madeAt: formatInstant(this.clock.nowMs()),
        ...(await readInstitutions(at.tx)),
      });
      const fileHash = toBase64Url(sha256(utf8(file)));
      await this.audit.record(at, {
        type: 'directory.institutions-published',
        outcome: 'success',
        object: about,
        states: [state],
        fields: { fileHash },
      });
      return { file, fileHash };
    });
  }
}

async function readInstitutions(tx: Transaction) {
  const authorities: readonly Authority[] = await tx.query(AUTHORITIES_SQL);
  const offices: readonly Institution[] = await tx.query(OFFICES_SQL);
  return {
    authorities: authorities.map((row) => ({ ...row })),
    offices: offices.map((row) => ({ ...row })),
  };
}
