import pg from 'pg';

import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import type { SessionServer } from '../sessions/session-server.js';

/** A log that falls behind because the sequencer stands still. */
export class LogBehind {
  private constructor(
    private readonly api: SessionServer,
    /** Holds what the sequencer waits for. */
    private readonly leader: pg.Client,
  ) {}

  static async of(api: SessionServer): Promise<LogBehind> {
    const leader = new pg.Client({ connectionString: api.database.url('enl_app') });
    await leader.connect();
    return new LogBehind(api, leader);
  }

  /** What is not integrated is of this age from here on. */
  async fallBehind(seconds: number): Promise<void> {
    await this.leader.query(`SELECT pg_advisory_lock(hashtextextended('log/audit', 0))`);
    await this.api.database.asAdmin(
      `INSERT INTO audit.outbox (stream, created_at, entry_id, kind, leaf)
       VALUES ('audit', now() - make_interval(secs => ${seconds}), gen_random_uuid(), 1,
               decode(repeat('00', 58), 'hex'))`,
    );
    await this.#look();
  }

  async catchUp(): Promise<void> {
    await this.api.database.asAdmin('DELETE FROM audit.outbox');
    await this.#look();
  }

  async close(): Promise<void> {
    await this.leader.end();
  }

  async #look(): Promise<void> {
    await this.api.server.app.get(Backlog).look();
  }
}
