import type { Role, StateCode } from '@enlace/contracts';
import type { ErasureRequest } from '@enlace/contracts/dto';
import { formatInstant } from '@enlace/kernel';
import { SECTION_NAMES, type SectionName } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const ASK_SQL = 'SELECT guard.ask_erasure($1, $2, $3)';
const FIND_SQL = `
SELECT e.rule, e.sections, l.origin, e.asked_by AS "askedBy", e.roles, e.approved_by IS NOT NULL AS "isDone"
  FROM audit.erasures e JOIN audit.logs l ON l.log_id = e.log_id
 WHERE e.erasure_id = $1 AND e.state = $2`;
const APPROVE_SQL = `
SELECT index::float8 AS index, is_held AS "isHeld" FROM guard.approve_erasure($1, $2)`;
const STATES_SQL = 'SELECT guard.concerned_states($1, $2) AS states';
const DUE_SQL = `
SELECT origin, index::float8 AS index FROM guard.erase_due($1, $2::smallint[], $3, $4, $5)`;

/** What was asked for. */
export interface AskedErasure {
  readonly rule: string;
  readonly sections: readonly SectionName[];
  readonly origin: string;
  readonly askedBy: string;
  readonly roles: readonly Role[];
  readonly isDone: boolean;
}
interface AskedRow extends Omit<AskedErasure, 'sections'> {
  readonly sections: readonly number[];
}

/** All SQL of erasures; who may is read from the sessions by the database. */
@Injectable()
export class ErasuresRepository {
  async ask(tx: Transaction, asked: ErasureRequest, nowMs: number): Promise<void> {
    const { erasureId, rule, origin, ranges, sections } = asked;
    const spans = ranges.map(({ first, last }) => `[${first},${last}]`);
    const content = {
      rule,
      origin,
      ranges: `{${spans.join(',')}}`,
      sections: numbersOf(sections),
    };
    await tx.query(ASK_SQL, [erasureId, content, formatInstant(nowMs)]);
  }

  /** `null` for what the own State did not ask. */
  async find(tx: Transaction, erasureId: string, state: StateCode): Promise<AskedErasure | null> {
    const [row]: readonly AskedRow[] = await tx.query(FIND_SQL, [erasureId, state]);
    if (row === undefined) return null;
    return { ...row, sections: SECTION_NAMES.filter((_, at) => row.sections.includes(at + 1)) };
  }

  /** What is gone, by index; with a held event among it, nothing is. */
  async approve(
    tx: Transaction,
    erasureId: string,
    nowMs: number,
  ): Promise<{ readonly indexes: readonly number[]; readonly isHeld: boolean }> {
    const rows: readonly { index: number; isHeld: boolean }[] = await tx.query(APPROVE_SQL, [
      erasureId,
      formatInstant(nowMs),
    ]);
    return {
      indexes: rows.map(({ index }) => index),
      isHeld: rows.some(({ isHeld }) => isHeld),
    };
  }

  /** Whom events at these places concern, in the order of their codes. */
  async statesOf(
    tx: Transaction,
    origin: string,
    indexes: readonly number[],
  ): Promise<readonly StateCode[]> {
    const rows: readonly { states: readonly StateCode[] }[] = await tx.query(STATES_SQL, [
      origin,
      indexes,
    ]);
    return rows[0]?.states ?? [];
  }

  /** In the role `enl_sequencer`: erases what is due, and says where it stood, by origin. */
  async eraseDue(
    tx: Transaction,
    due: {
      readonly state: string;
      readonly sections: readonly SectionName[];
      readonly beforeMs: number;
      /** Of the threads of a closed case the last one was gone by then. */
      readonly threadsBeforeMs: number;
      readonly limit: number;
    },
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    const { state, sections, beforeMs, threadsBeforeMs, limit } = due;
    const rows: readonly { origin: string; index: number }[] = await tx.query(DUE_SQL, [
      state,
      numbersOf(sections),
      formatInstant(beforeMs),
      formatInstant(threadsBeforeMs),
      limit,
    ]);
    const places = new Map<string, number[]>();
    for (const { origin, index } of rows) {
      places.set(origin, [...(places.get(origin) ?? []), index]);
    }
    return places;
  }
}

function numbersOf(sections: readonly SectionName[]): readonly number[] {
  return sections.map((name) => SECTION_NAMES.indexOf(name) + 1);
}
