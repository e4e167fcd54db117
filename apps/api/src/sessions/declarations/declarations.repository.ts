import type { Purpose } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { SessionContext, Transaction } from '../../platform/database/database.js';

interface NewDeclaration {
  readonly declarationId: string;
  readonly purpose: Purpose;
  readonly caseId: string | null;
  readonly justification: Uint8Array | null;
  readonly declaredAtMs: number;
}

const INSERT_SQL = `
INSERT INTO app.declarations (declaration_id, session_id, person_id, state, purpose, case_id, justification,
  declared_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

@Injectable()
export class DeclarationsRepository {
  async insert(
    tx: Transaction,
    { sessionId, personId, state }: SessionContext,
    declaration: NewDeclaration,
  ): Promise<void> {
    const { declarationId, purpose, caseId, justification, declaredAtMs } = declaration;
    await tx.query(INSERT_SQL, [
      declarationId,
      sessionId,
      personId,
      state,
      purpose,
      caseId,
      justification === null ? null : Buffer.from(justification),
      formatInstant(declaredAtMs),
    ]);
  }
}
