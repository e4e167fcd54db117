import { resolve } from 'node:path';
import { isDomainError } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile } from '../files/input-file.js';
import { partReader, type PartReader } from '../log/log-reader.js';
import { pollLog, type Polled } from './poll-log.js';
import { foldStatements } from './statement-source.js';
import { Stops } from './stops.js';
import { trustStatedLogs } from './trusted-logs.js';
import { Witness } from './witness.js';
import type { HeldLog } from './witness-folder.js';

/** As often as the server shows the audit log to the witnesses that it can call. */
export const INTERVAL_MS = 60_000;

const TEXTS = {
  cosigned: { es: '{origin}: {size} entradas cofirmadas', en: '{origin}: cosigned {size} entries' },
  same: { es: '{origin}: nada nuevo', en: '{origin}: nothing new' },
  absent: { es: '{origin}: aún sin firmar', en: '{origin}: nothing signed yet' },
  refused: { es: '{origin}: RECHAZADO ({status})', en: '{origin}: REFUSED ({status})' },
} as const satisfies Readonly<Record<Polled['kind'], Text>>;

/**
 * `enlace witness poll`: for witnesses that nobody can call from outside. Fetches each checkpoint, checks that it
 * only
 * grew, keeps it, and brings the cosignature back; every minute, or `--once`. Ends with 2 when a log was refused.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options } = invocation;
  const url = requireText(options, 'url').replace(/\/$/, '');
  const token = readInputFile(requireText(options, 'token-file'));
  const read = partReader(url, () => ({ authorization: `Bearer ${token}` }));
  const witness = Witness.open(resolve(requireText(options, 'in')), tellSplit(invocation));
  const stops = new Stops();
  let exit: number = EXIT.done;
  try {
    trustStatedLogs(invocation, witness);
    const follow = foldStatements(invocation, witness);
    for (;;) {
      const polled = await pollAll(invocation, witness, { url, read, follow });
      if (polled.some(({ kind }) => kind === 'refused')) exit = EXIT.alert;
      if (options.has('once')) return exit;
      if (await stops.within(INTERVAL_MS)) return exit;
    }
  } finally {
    stops.close();
    witness.close();
  }
}

interface PolledServer {
  readonly url: string;
  readonly read: PartReader;
  /** Looks whether a log goes on after a loss. */
  readonly follow: () => Promise<void>;
}

/**
 * One round over all logs that the witness watches. The directory comes first: it says whose signatures let a log go
 * on after a loss.
 */
export async function pollAll(
  invocation: Invocation,
  witness: Witness,
  server: PolledServer,
): Promise<readonly Polled[]> {
  const found: Polled[] = [];
  const poll = async (log: HeldLog): Promise<void> => {
    const polled = await pollLog(witness, server, log);
    found.push(polled);
    tell(invocation, polled);
  };
  const isDirectory = ({ key }: HeldLog) => key.name.startsWith('directory.');
  for (const log of witness.held().filter(isDirectory)) {
    await orAgain(invocation, log.key.name, async () => poll(log));
  }
  await orAgain(invocation, server.url, server.follow);
  for (const log of witness.watched().filter((each) => !isDirectory(each))) {
    await orAgain(invocation, log.key.name, async () => poll(log));
  }
  return found;
}

function tell({ terminal, json, language }: Invocation, polled: Polled): void {
  const line = fillText(TEXTS[polled.kind][language], { ...polled });
  writeLine(terminal.output, json ? JSON.stringify({ event: 'polled', ...polled }) : line);
}

/** A server that is away for a while is asked again; one round alone says so by its exit code. */
async function orAgain(
  { terminal, options }: Invocation,
  name: string,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isDomainError(error) || options.has('once')) throw error;
    writeLine(terminal.errors, `${name}: ${error.code}`);
  }
}

/** Tells of two histories at once, on the stream of errors. */
export function tellSplit({
  terminal,
  json,
  language,
}: Invocation): Parameters<typeof Witness.open>[1] {
  return ({ origin, size, file }) => {
    const split = new CliError('log.split-view', { origin, file });
    const told = json ? JSON.stringify({ event: 'split-view', origin, size, file }) : null;
    writeLine(terminal.errors, told ?? split.text(language));
  };
}
