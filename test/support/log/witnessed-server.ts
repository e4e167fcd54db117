import { IssuedTokens } from '../../../apps/api/src/audit/issued-tokens.service.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { WitnessRounds } from '../../../apps/api/src/platform/witnesses/witness-rounds.js';
import { aRegistrar } from '../people/callers.js';
import { startSessionServer, type SessionServer } from '../sessions/session-server.js';
import { TestDevice } from '../sessions/test-device.js';
import { until } from '../until.js';
import { Verifier } from './audit-command.js';
import { startWitness, stateWitnesses, witnessUrls, type TestWitness } from './witnesses.js';

/** The log that the audit stream is written to, in SQL. */
export const AUDIT = `(SELECT log_id FROM audit.streams WHERE stream = 'audit')`;

const STATES = ['CR', 'PA', 'GT'] as const;
const LOG_TABLES = ['logs', 'log_entries', 'log_tiles', 'log_checkpoints', 'log_cosignatures'];

export const WAITING_SQL = `
SELECT (SELECT count(*)::int FROM audit.outbox) AS waiting,
       (SELECT count(*)::int FROM audit.logs l WHERE l.size <> coalesce(
         (SELECT max(size) FROM audit.log_checkpoints c WHERE c.log_id = l.log_id), 0)) AS unsigned`;

/** A server whose logs three States witness, and somebody who verifies them with the token of one. */
export interface WitnessedServer {
  readonly api: SessionServer;
  readonly witnesses: readonly TestWitness[];
  readonly policy: string;
  readonly token: string;
  readonly auditor: Verifier;
  /** Acts of somebody who signs in and out, until everything is signed and cosigned. */
  grow(acts: number): Promise<void>;
  settle(): Promise<void>;
  /** Keeps a copy of what is recorded, as a backup does. Returns what puts it back: the rest is gone then. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function startWitnessedServer(): Promise<WitnessedServer> {
  const witnesses = await Promise.all(STATES.map(startWitness));
  const api = await startSessionServer(witnessUrls(witnesses), { pinsLogs: true });
  stateWitnesses(api.region, witnesses);
  await api.logStatements();
  const logs = await api.server.app.get(PublishedLogs).list();
  for (const { witness } of witnesses) witness.trustLogs(logs.map(({ vkey }) => vkey));
  const policy = [
    ...logs.map(({ vkey }) => `log ${vkey}`),
    ...witnesses.map(({ state, vkey }) => `witness ${state} ${vkey}`),
    'group states 2 CR PA GT',
    'quorum states',
    '',
  ].join('\n');
  const [cr] = witnesses;
  const registrar = await aRegistrar(api.database, 'CR', 1);
  const act = registrar.act('witness.issue-token', cr?.name ?? '', 'witness.token-issued');
  const { token } = await api.server.app.get(IssuedTokens).issue(act, cr?.name ?? '');
  const auditor = await Verifier.with(policy, token);
  const settle = async (): Promise<void> => {
    await until(async () => {
      const [row] = await api.database.asAdmin(WAITING_SQL);
      return row?.['waiting'] === 0 && row['unsigned'] === 0;
    });
    for (const stream of ['audit', 'directory'] as const) {
      await api.server.app.get(WitnessRounds).round(stream);
    }
  };
  return {
    api,
    witnesses,
    policy,
    token,
    auditor,
    settle,
    grow: async (acts) => {
      const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
      for (let done = 0; done < acts; done += 2) {
        await rosa.signIn();
        const closed = await rosa.send({ method: 'DELETE', path: '/sessions/current' });
        if (closed.status !== 204) throw new Error(closed.text);
      }
      await settle();
    },
    remember: async () => {
      await settle();
      return rememberTables(api);
    },
    close: async () => {
      await auditor.remove();
      await api.close();
      for (const witness of witnesses) await witness.close();
    },
  };
}

/** Keeps a copy of what is recorded; what it resolves to puts it back, and the rest is gone. */
export async function rememberTables({
  database,
}: Pick<SessionServer, 'database'>): Promise<() => Promise<void>> {
  for (const table of LOG_TABLES) {
    await database.asAdmin(`CREATE TABLE kept_${table} AS TABLE audit.${table}`);
  }
  return async () => {
    await database.asAdmin(`
      LOCK TABLE audit.logs IN ACCESS EXCLUSIVE MODE;
      ALTER TABLE audit.log_tiles DISABLE TRIGGER tiles_only_grow;
      DELETE FROM audit.witness_delays; DELETE FROM audit.log_cosignatures;
      DELETE FROM audit.log_checkpoints; DELETE FROM audit.log_tiles; DELETE FROM audit.log_entries;
      UPDATE audit.logs l SET size = k.size, root = k.root FROM kept_logs k WHERE k.log_id = l.log_id;
      INSERT INTO audit.log_entries TABLE kept_log_entries; INSERT INTO audit.log_tiles TABLE kept_log_tiles;
      INSERT INTO audit.log_checkpoints TABLE kept_log_checkpoints;
      INSERT INTO audit.log_cosignatures TABLE kept_log_cosignatures;
      CREATE TABLE lost_events AS SELECT event_id FROM audit.events e
       WHERE NOT EXISTS (SELECT FROM kept_log_entries k WHERE k.entry_id = e.event_id);
      DELETE FROM audit.device_seqs WHERE event_id IN (TABLE lost_events);
      DELETE FROM audit.manifests WHERE event_id IN (TABLE lost_events);
      DELETE FROM audit.sections WHERE event_id IN (TABLE lost_events);
      DELETE FROM audit.events WHERE event_id IN (TABLE lost_events);
      DROP TABLE lost_events`);
  };
}
