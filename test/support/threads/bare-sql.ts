import {
  encodeEntry,
  ENTRY_KINDS,
  isSealedKind,
  receiptSignedBytes,
  type EntryKind,
} from '@enlace/contracts';
import { concatBytes, newRandomId, systemRandom } from '@enlace/kernel';
import pg from 'pg';

import { sessionHash } from '../../../apps/api/src/platform/access/session-token.js';
import type { SessionServer } from '../sessions/session-server.js';
import type { ThreadHand } from './thread-hand.js';

const APPEND_SQL = `
SELECT guard.append_entries($1, $2, ARRAY[$3::uuid], ARRAY[$4], ARRAY[$5::bigint], ARRAY[$6::bigint], ARRAY[$7::bytea],
  ARRAY[$8::bytea], $9, $10, $9, $6, $11)`;

/** The rows as the application's own role gets them, past every check of a service: what the database alone keeps. */
export class BareSql {
  private constructor(
    private readonly api: SessionServer,
    private readonly app: pg.Client,
  ) {}

  static async open(api: SessionServer): Promise<BareSql> {
    const app = new pg.Client({ connectionString: api.database.url('enl_app') });
    await app.connect();
    return new BareSql(api, app);
  }

  async close(): Promise<void> {
    await this.app.end();
  }

  /**
   * A statement of a session, of which something else waits: that is begun once the statement has done its part, and
   * ends after the commit, which comes when it waits.
   */
  async whileHeld<Found>(
    hand: ThreadHand,
    [sql, values]: readonly [sql: string, values: readonly unknown[]],
    waiting: () => Promise<Found>,
  ): Promise<Found> {
    await this.#enter(hand);
    await this.app.query(sql, [...values]);
    const [own] = (await this.app.query('SELECT pg_backend_pid() AS pid')).rows;
    const found = waiting();
    const waits = 'SELECT FROM pg_stat_activity WHERE $1::int = ANY (pg_blocking_pids(pid))';
    while ((await this.api.database.asAdmin(waits, [own.pid])).length === 0);
    await this.app.query('COMMIT');
    return found;
  }

  async #enter(hand: ThreadHand): Promise<void> {
    const token = hand.device.opened?.token ?? '';
    await this.app.query('BEGIN');
    await this.app.query('SELECT guard.enter($1)', [Buffer.from(sessionHash(token))]);
  }

  /** What a session gets by a statement that is rolled back; the code of the refusal, where it is refused. */
  async as(hand: ThreadHand, sql: string, values: readonly unknown[]): Promise<unknown> {
    try {
      await this.#enter(hand);
      return (await this.app.query(sql, [...values])).rows;
    } catch (error) {
      return Object(error).code;
    } finally {
      await this.app.query('ROLLBACK');
    }
  }

  /**
   * The next entry of a hand with what a service says that it changes, judged by nobody: `done`, or the code of the
   * refusal. Nothing of it stays. `rowKind`: what the row says that the entry is.
   */
  async append(
    hand: ThreadHand,
    { rowKind, ...change }: SaidChange,
    kind: EntryKind = 'grant',
  ): Promise<unknown> {
    const { threadId } = hand;
    const [row] = await this.api.database.asAdmin(
      `SELECT t.last_seq, t.epoch, t.accepted_ms, t.roster_version, t.states, s.state, s.leaves,
              (SELECT jsonb_agg(jsonb_build_object('personId', m.person_id, 'standing', m.standing))
                 FROM app.thread_members m WHERE m.thread_id = t.thread_id) AS members
         FROM app.threads t JOIN app.thread_states s USING (thread_id) WHERE t.thread_id = $1`,
      [threadId],
    );
    if (row === undefined) throw new Error('no thread');
    const seq = Number(row['last_seq']) + 1;
    const isSealed = isSealedKind(kind);
    const entry = isSealed ? hand.sealed('x') : hand.clear('access-request', { statement: '{}' });
    const { entryId } = entry.header;
    const bytes = encodeEntry(entry);
    bytes[2] = ENTRY_KINDS[kind];
    const hash = systemRandom.bytes(32);
    const receipt = receiptSignedBytes({
      threadId,
      entryId,
      seq,
      chain: hash,
      entryHash: hash,
      acceptedAtMs: Number(row['accepted_ms']),
      auditLeafHash: hash,
    });
    const whole = wholeChange(row, seq, change);
    const done = await this.as(hand, APPEND_SQL, [
      threadId,
      seq,
      entryId,
      rowKind ?? kind,
      row['accepted_ms'],
      row['roster_version'],
      Buffer.from(bytes),
      Buffer.from(concatBytes(receipt, new Uint8Array(64))),
      Buffer.from(hash),
      row['epoch'],
      JSON.stringify(whole),
    ]);
    return Array.isArray(done) ? 'done' : done;
  }
}

interface SaidChange {
  readonly [name: string]: unknown;
  readonly grants?: readonly object[];
  readonly redactions?: readonly object[];
  readonly lives?: readonly object[];
  readonly rowKind?: EntryKind;
}

/** What a service says that an entry changes: everything as it stands, and what is said otherwise. */
function wholeChange(
  row: Readonly<Record<string, unknown>>,
  seq: number,
  { grants = [], redactions = [], lives = [], ...rest }: SaidChange,
): object {
  const given = { seq, grantId: newRandomId(systemRandom), incarnation: 0 };
  const each = (list: readonly object[]) => list.map((one) => ({ ...given, ...one }));
  return {
    state: row['state'],
    leaves: row['leaves'],
    left: [],
    states: row['states'],
    members: row['members'],
    rosters: [],
    named: [],
    packageHash: null,
    grants: each(grants),
    redactions: each(redactions),
    lives: each(lives),
    ...rest,
  };
}
