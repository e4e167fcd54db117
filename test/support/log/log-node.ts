import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemRandom, type Clock } from '@enlace/kernel';
import { nodeTlogCrypto, type FreshDatabase } from '@enlace/testing';
import {
  formatEntryBundle,
  openCheckpoint,
  parseVkey,
  verifyLog,
  type HashTile,
  type LogSource,
  type NoteSigner,
} from '@enlace/tlog';

import { ManifestRounds } from '../../../apps/api/src/platform/manifests/manifest-rounds.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { HighWaterFiles } from '../../../apps/api/src/platform/sequencer/high-water.js';
import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import {
  originOfYear,
  yearOf,
  type NextLogs,
} from '../../../apps/api/src/platform/sequencer/next-logs.js';
import { openLogs } from '../../../apps/api/src/platform/sequencer/open-logs.js';
import { Sequencer } from '../../../apps/api/src/platform/sequencer/sequencer.js';
import type { Stream } from '../../../apps/api/src/platform/tlog/log-writer.js';
import { openActs, type StandingClock } from '../people/recorded-acts.js';

/** Opens each year's log as it comes, for nodes that have no directory to announce it in. */
class YearlyLogs implements NextLogs {
  constructor(
    private readonly clock: Clock,
    private readonly keys: LogKeyFiles,
  ) {}

  async find(_: Stream, origin: string): Promise<NoteSigner | null> {
    const year = new Date(this.clock.nowMs()).getUTCFullYear();
    const isOver = year > (yearOf(origin) ?? Infinity);
    return isOver ? this.keys.obtain(originOfYear(origin, year)) : null;
  }
}

/** A node with its acts, its keys and its sequencer, which ticks when it is told to. */
export async function openLogNode(
  fresh: FreshDatabase,
  shared: { readonly dataDir?: string; readonly clock?: StandingClock } = {},
) {
  const dataDir = shared.dataDir ?? (await mkdtemp(join(tmpdir(), 'enlace-log-')));
  const node = await openActs(fresh, shared.clock);
  const logLines: string[] = [];
  const log = createLog('warn', { write: (line: string) => void logLines.push(line) });
  const ports = { database: node.sequencer, clock: node.clock, random: systemRandom };
  const files = { keys: new LogKeyFiles(dataDir, systemRandom), writer: node.writer };
  const keys = await openLogs('enlace.example', { ...ports, ...files });
  const highWater = new HighWaterFiles(dataDir);
  const sequencer = new Sequencer({
    ...ports,
    signers: keys.signers,
    next: new YearlyLogs(node.clock, files.keys),
    // Nobody lets a halted log go on here: it takes States.
    rulings: { find: async () => null },
    highWater,
    writer: node.writer,
    log,
  });
  return {
    ...node,
    dataDir,
    keys,
    logLines,
    sequencer,
    /** The pool of `enl_sequencer`. */
    integrating: node.sequencer,
    highWater,
    manifests: () => new ManifestRounds({ ...ports, writer: node.writer, log }),
    /** Ticks until nothing waits. */
    drain: async (stream: Stream): Promise<void> => {
      while (await sequencer.tick(stream));
    },
    close: async () => {
      await sequencer.onModuleDestroy();
      await node.close();
      if (shared.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A log as its tables say, read by the owner of the cluster: nothing of the server stands between. */
class LogTables implements LogSource {
  constructor(
    private readonly fresh: FreshDatabase,
    private readonly logId: unknown,
  ) {}

  async readTile({ level, index, width }: HashTile): Promise<Uint8Array> {
    const sql = 'SELECT hashes FROM audit.log_tiles WHERE log_id = $1 AND level = $2 AND n = $3';
    const [row] = await this.fresh.asAdmin(sql, [this.logId, level, index]);
    return row?.['hashes'] instanceof Uint8Array
      ? row['hashes'].subarray(0, width * 32)
      : new Uint8Array();
  }

  async readBundle({ index, width }: { index: number; width: number }): Promise<Uint8Array> {
    const sql = `
      SELECT leaf FROM audit.log_entries
       WHERE log_id = $1 AND index >= $2 AND index < $2 + $3 ORDER BY index`;
    const rows = await this.fresh.asAdmin(sql, [this.logId, index * 256, width]);
    return formatEntryBundle(
      rows.map(({ leaf }) => (leaf instanceof Uint8Array ? leaf : new Uint8Array())),
    );
  }
}

/** Opens every checkpoint of a stream's log with the key of the log, then verifies the log against all of them. */
export async function verifyStoredLog(fresh: FreshDatabase, stream: Stream) {
  const [log] = await fresh.asAdmin(
    'SELECT l.origin FROM audit.streams s JOIN audit.logs l USING (log_id) WHERE s.stream = $1',
    [stream],
  );
  return verifyOriginLog(fresh, String(log?.['origin']));
}

/** As `verifyStoredLog`, of one log of a stream. */
export async function verifyOriginLog(fresh: FreshDatabase, origin: string) {
  const [log] = await fresh.asAdmin('SELECT * FROM audit.logs WHERE origin = $1', [origin]);
  const vkey = String(log?.['vkey']);
  const logKeys = [parseVkey(nodeTlogCrypto, vkey)];
  const notes = await fresh.asAdmin(
    'SELECT note FROM audit.log_checkpoints WHERE log_id = $1 ORDER BY size',
    [log?.['log_id']],
  );
  const heads = notes.map(({ note }) =>
    openCheckpoint(nodeTlogCrypto, note instanceof Uint8Array ? note : new Uint8Array(), {
      origin,
      logKeys,
    }),
  );
  const head = heads.at(-1);
  if (head === undefined) throw new Error('the log has signed nothing');
  const entries: Uint8Array[] = [];
  const visit = (_: number, entry: Uint8Array): void => void entries.push(entry);
  await verifyLog(nodeTlogCrypto, new LogTables(fresh, log?.['log_id']), {
    head,
    earlier: heads.slice(0, -1),
    visit,
  });
  return { origin, vkey, head, heads, entries, state: log?.['state'] };
}
