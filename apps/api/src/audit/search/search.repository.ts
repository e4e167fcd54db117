import { auditEventTypes, AUDIT_SEARCH_LIMITS } from '@enlace/contracts';
import type { AuditSearchRequest } from '@enlace/contracts/dto';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const TYPES = auditEventTypes();

/** Ids begin with the time of their event; the clock was read a moment apart. */
const CLOCK_SLACK_MS = 1_000;

/** A search, or the events of a view. */
export type Sought = AuditSearchRequest & { readonly types?: readonly string[] | null };

/** A search as SQL: what is joined, what must hold, and the values. The policies of the reader come on top. */
interface SearchSql {
  readonly from: string;
  readonly where: readonly string[];
  readonly values: readonly unknown[];
  /** The column to page by: that of the index which the search begins with. */
  readonly id: string;
}

/** Finds events of the record by what the reader may search by. */
@Injectable()
export class SearchRepository {
  /** Ids, newest first, older than `before`; one more than `limit` where there are more. */
  async findIds(
    tx: Transaction,
    search: Sought,
    { before, limit }: { readonly before: string | null; readonly limit: number },
  ): Promise<readonly string[]> {
    const { sql, values } = pageSql(search, before, limit);
    const rows: readonly { id: string }[] = await tx.query(sql, values);
    return rows.map((row) => row.id);
  }

  /** How many there are, counted up to one more than the limit. */
  async count(tx: Transaction, search: Sought): Promise<number> {
    const { sql, values } = countSql(search);
    const rows: readonly { count: number }[] = await tx.query(sql, values);
    return rows[0]?.count ?? 0;
  }
}

/** Text that is made of words of this file alone, and what stands for its `$n`. */
interface Asked {
  readonly sql: string;
  readonly values: unknown[];
}

function pageSql(search: Sought, before: string | null, limit: number): Asked {
  const { from, where, values, id } = searchSql(search);
  const asked = before === null ? [...values] : [...values, before];
  const conditions = before === null ? where : [...where, `${id} < $${asked.length}`];
  const order = `ORDER BY ${id} DESC LIMIT $${asked.length + 1}`;
  return {
    sql: `SELECT ${id} AS id FROM ${from}${whereOf(conditions)} ${order}`,
    values: [...asked, limit + 1],
  };
}

function countSql(search: Sought): Asked {
  const { from, where, values } = searchSql(search);
  const some = `SELECT FROM ${from}${whereOf(where)} LIMIT $${values.length + 1}`;
  return {
    sql: `SELECT count(*)::int AS count FROM (${some}) found`,
    values: [...values, AUDIT_SEARCH_LIMITS.counted + 1],
  };
}

const whereOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;

/** Columns of the event that a member of the search equals. */
const EQUALS = {
  case: 'case_id',
  thread: 'thread_id',
  request: 'request_id',
  object: 'object_id',
  outcome: 'outcome',
  observedBy: 'observed_by',
  correlation: 'correlation_id',
} as const satisfies Partial<Record<keyof AuditSearchRequest, string>>;

function searchSql(search: Sought): SearchSql {
  const values: unknown[] = [];
  const where: string[] = [];
  const value = (one: unknown): string => `$${values.push(one)}`;
  const joined = joins(search, value);
  for (const [member, column] of Object.entries(EQUALS)) {
    const asked: unknown = Reflect.get(search, member);
    if (asked !== undefined) where.push(`e.${column} = ${value(asked)}`);
  }
  if (search.types) where.push(`e.type = ANY (${value(search.types)})`);
  if (search.type?.endsWith('.*') === true) {
    const prefix = search.type.slice(0, -1);
    where.push(`e.type = ANY (${value(TYPES.filter((type) => type.startsWith(prefix)))})`);
  } else if (search.type !== undefined) where.push(`e.type = ${value(search.type)}`);
  if (search.state !== undefined) where.push(`e.states @> ARRAY[${value(search.state)}]`);
  const id = joined.id;
  if (search.from !== undefined) {
    where.push(`e.occurred_at >= ${value(search.from)}`);
    where.push(`${id} >= ${value(firstIdAt(Date.parse(search.from) - CLOCK_SLACK_MS))}`);
  }
  if (search.to !== undefined) {
    where.push(`e.occurred_at < ${value(search.to)}`);
    where.push(`${id} < ${value(firstIdAt(Date.parse(search.to) + CLOCK_SLACK_MS))}`);
  }
  return { from: joined.from, where, values, id };
}

/** What stands in sections is searched in their rows, which are there for whoever may read them. */
function joins(
  { actor, session, ipPrefix, text }: AuditSearchRequest,
  value: (one: unknown) => string,
): Pick<SearchSql, 'from' | 'id'> {
  const parts: { readonly alias: string; readonly sql: string }[] = [];
  const join = (alias: string, section: number, conditions: readonly string[]): void => {
    const on = [`${alias}.event_id = e.event_id`, `${alias}.section = ${section}`, ...conditions];
    parts.push({ alias, sql: ` JOIN audit.sections ${alias} ON ${on.join(' AND ')}` });
  };
  const who = [
    ...(actor === undefined ? [] : [`who.person_id = ${value(actor)}`]),
    ...(session === undefined ? [] : [`who.session_ref = ${value(session)}`]),
  ];
  if (who.length > 0) join('who', 2, who);
  if (ipPrefix !== undefined) {
    join('place', 3, [`place.ip >= ${value(ipPrefix)}`, `place.ip < ${value(`${ipPrefix}~`)}`]);
  }
  if (text !== undefined) {
    const reason = `convert_from(reason.body, 'UTF8')::jsonb ->> 'reasonText'`;
    const plain = `lower(regexp_replace(normalize(${reason}, NFKD), ${MARKS}, '', 'g'))`;
    join('reason', 4, [`strpos(${plain}, ${value(plainOf(text))}) > 0`]);
  }
  const from = `audit.events e${parts.map(({ sql }) => sql).join('')}`;
  return { from, id: who.length > 0 ? 'who.event_id' : 'e.event_id' };
}

/** Accents apart from their letters (Unicode, Combining Diacritical Marks), as SQL and here. */
const MARKS = `U&'[\\0300-\\036F]'`;

/** Without accents and capitals: whoever searches for `detencion` means `Detención`. */
function plainOf(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase();
}

/** The smallest id of a moment (RFC 9562, section 5.7: 48 bits of milliseconds). */
function firstIdAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
