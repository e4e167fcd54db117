import type { AuditScope } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

const SCOPE_SQL = 'SELECT guard.my_audit_scope() AS scope';

@Injectable()
export class AuditorsRepository {
  /** Whose events the person of this session may see, as the certificate says; `undefined` for who is no auditor. */
  async findScope(tx: Transaction): Promise<AuditScope | undefined> {
    const rows: readonly { scope: AuditScope | null }[] = await tx.query(SCOPE_SQL);
    return rows[0]?.scope ?? undefined;
  }
}
