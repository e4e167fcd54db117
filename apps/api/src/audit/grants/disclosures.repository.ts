import type { Role, StateCode } from '@enlace/contracts';
import type { DisclosureRequest } from '@enlace/contracts/dto';
import { formatInstant } from '@enlace/kernel';
import { SECTION_NAMES, type SectionName } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const ASK_SQL = 'SELECT guard.ask_disclosure($1, $2, $3)';
const FIND_SQL = `
SELECT d.to_state AS "toState", d.rule, d.sections, l.origin, d.asked_by AS "askedBy", d.roles,
       d.approved_by IS NOT NULL AS "isDone"
  FROM audit.disclosures d JOIN audit.logs l ON l.log_id = d.log_id
 WHERE d.disclosure_id = $1 AND d.state = $2`;
const APPROVE_SQL = 'SELECT index::float8 AS index FROM guard.approve_disclosure($1, $2)';

/** What was asked for. */
export interface AskedDisclosure {
  readonly toState: StateCode;
  readonly rule: string;
  readonly sections: readonly SectionName[];
  readonly origin: string;
  readonly askedBy: string;
  readonly roles: readonly Role[];
  readonly isDone: boolean;
}
interface AskedRow extends Omit<AskedDisclosure, 'sections'> {
  readonly sections: readonly number[];
}

/** All SQL of disclosures; who may is read from the sessions by the database. */
@Injectable()
export class DisclosuresRepository {
  async ask(tx: Transaction, asked: DisclosureRequest, nowMs: number): Promise<void> {
    const { disclosureId, ranges, sections, ...said } = asked;
    const spans = ranges.map(({ first, last }) => `[${first},${last}]`);
    const numbers = sections.map((name) => SECTION_NAMES.indexOf(name) + 1);
    const content = { ...said, ranges: `{${spans.join(',')}}`, sections: numbers };
    await tx.query(ASK_SQL, [disclosureId, content, formatInstant(nowMs)]);
  }

  /** `null` for what the own State did not ask. */
  async find(
    tx: Transaction,
    disclosureId: string,
    state: StateCode,
  ): Promise<AskedDisclosure | null> {
    const [row]: readonly AskedRow[] = await tx.query(FIND_SQL, [disclosureId, state]);
    if (row === undefined) return null;
    return { ...row, sections: SECTION_NAMES.filter((_, at) => row.sections.includes(at + 1)) };
  }

  /** The places of the events that are open now. */
  async approve(tx: Transaction, disclosureId: string, nowMs: number): Promise<readonly number[]> {
    const rows: readonly { index: number }[] = await tx.query(APPROVE_SQL, [
      disclosureId,
      formatInstant(nowMs),
    ]);
    return rows.map(({ index }) => index);
  }
}
