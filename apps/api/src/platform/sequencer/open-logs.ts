import { newId, type Clock, type Random } from '@enlace/kernel';
import { formatVkey, type NoteSigner } from '@enlace/tlog';

import { StartupRefusal } from '../config/startup-refusal.js';
import type { Database, Transaction } from '../database/database.js';
import type { EventWriter } from '../tlog/event-writer.js';
import { STREAMS, type Stream } from '../tlog/log-writer.js';
import { EVERYBODY } from './everybody.js';
import { findCurrentLog, insertLog } from './log-rows.js';
import { LogSigners, type LogKeyFiles } from './log-signer.js';

const LOCK_SQL = `SELECT pg_advisory_xact_lock(hashtextextended('log/' || $1, 0))`;
const INSERT_STREAM_SQL = 'INSERT INTO audit.streams (stream, log_id) VALUES ($1, $2)';

export interface OpenLogsPorts {
  readonly database: Database;
  readonly keys: LogKeyFiles;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
}

/** The streams, their signers, and the key of receipts. */
export interface OpenedLogs {
  readonly signers: LogSigners;
  readonly files: LogKeyFiles;
  readonly receipts: NoteSigner;
  /** The log of the directory vouches for the platform's other keys. */
  readonly directory: NoteSigner;
  /** What everybody may know of the keys of the streams. */
  readonly logs: readonly LogKey[];
}

interface LogKey {
  readonly stream: Stream;
  readonly origin: string;
  readonly vkey: string;
}

/**
 * Opens the logs of a deployment, or takes up those that it has: their origins stay, whatever the configuration says
 * meanwhile. Throws `StartupRefusal` when this node has not the key of a log that exists, because a second key
 * would be a second log.
 */
export async function openLogs(domain: string, ports: OpenLogsPorts): Promise<OpenedLogs> {
  const year = new Date(ports.clock.nowMs()).getUTCFullYear();
  const audit = await openLog('audit', `audit.${domain}/${year}`, ports);
  const directory = await openLog('directory', `directory.${domain}`, ports);
  const current = { audit, directory };
  return {
    signers: new LogSigners(ports.keys),
    files: ports.keys,
    logs: STREAMS.map((stream) => {
      const { key } = current[stream];
      return { stream, origin: key.name, vkey: formatVkey(key) };
    }),
    directory,
    receipts: await ports.keys.obtain(`receipts.${domain}`),
  };
}

async function openLog(
  stream: Stream,
  firstOrigin: string,
  ports: OpenLogsPorts,
): Promise<NoteSigner> {
  const { database, keys } = ports;
  const known = await database.asServer((tx) => findCurrentLog(tx, stream, { lock: false }));
  const fresh = known === null ? await keys.obtain(firstOrigin) : null;
  const log = await database.asServer(async (tx) => {
    await tx.query(LOCK_SQL, [stream]);
    const current = await findCurrentLog(tx, stream, { lock: false });
    if (current !== null || fresh === null) return current;
    await startLog(tx, { stream, signer: fresh }, ports);
    return findCurrentLog(tx, stream, { lock: false });
  });
  const signer = log === null ? null : await keys.find(log.origin);
  if (log === null || signer === null || formatVkey(signer.key) !== log.vkey) {
    throw new StartupRefusal([
      `The key of the log ${log?.origin ?? firstOrigin} is not in log-keys of the data folder: ` +
        'copy it from the node that opened the log.',
    ]);
  }
  return signer;
}

async function startLog(
  tx: Transaction,
  { stream, signer }: { readonly stream: Stream; readonly signer: NoteSigner },
  { writer, clock, random }: OpenLogsPorts,
): Promise<void> {
  const logId = newId(clock, random);
  const origin = signer.key.name;
  const vkey = formatVkey(signer.key);
  const openedAtMs = clock.nowMs();
  await insertLog(tx, { logId, stream, origin, vkey, openedAtMs, predecessorId: null });
  await tx.query(INSERT_STREAM_SQL, [stream, logId]);
  await writer.writeOwn(
    tx,
    {
      type: 'log.started',
      outcome: 'success',
      object: { type: 'log', id: origin },
      states: EVERYBODY,
      fields: { origin },
    },
    { kind: 'life', correlationId: newId(clock, random) },
  );
}
