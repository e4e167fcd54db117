import { once } from 'node:events';
import { resolve } from 'node:path';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findInteger, findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { INTERVAL_MS } from './poll.js';
import { foldStatements } from './statement-source.js';
import { trustStatedLogs } from './trusted-logs.js';
import { Witness } from './witness.js';
import { listen } from './witness-server.js';

const READY: Text = {
  es: '{name} cofirma en {url} (Ctrl+C para detenerlo)',
  en: '{name} cosigns at {url} (Ctrl+C stops it)',
};

const FOUNDING: Text = {
  es: 'se cofirma el directorio SIN leer sus declaraciones: solo hasta que un registrador dé un código',
  en: 'the directory is cosigned WITHOUT reading its statements: only until a registrar gives a token',
};

/**
 * `enlace witness serve`: cosigns when a log asks, until it is stopped. Ends with 2 when a log signed two truths in
 * the
 * meantime; the other logs are cosigned until then.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  let alerts = 0;
  const witness = Witness.open(resolve(requireText(options, 'in')), ({ origin, size, file }) => {
    alerts += 1;
    const split = new CliError('log.split-view', { origin, file });
    const told = json ? JSON.stringify({ event: 'split-view', origin, size, file }) : null;
    writeLine(terminal.errors, told ?? split.text(language));
  });
  let looks: NodeJS.Timeout | undefined;
  try {
    trustStatedLogs(invocation, witness);
    if (options.has('founding')) writeLine(terminal.errors, FOUNDING[language]);
    else {
      const follow = foldStatements(invocation, witness, () => (alerts += 1));
      // A server that is away for a while is asked again; until then its log is an unknown one.
      looks = setInterval(() => void follow().catch(() => undefined), INTERVAL_MS).unref();
    }
    const port = findInteger(options, 'port', [0, 65_535]) ?? 0;
    const listening = await listen(witness, {
      host: findText(options, 'host') ?? '127.0.0.1',
      port,
    });
    const { url } = listening;
    const { name } = witness.key;
    const ready = json
      ? JSON.stringify({ event: 'ready', name, url })
      : fillText(READY[language], { name, url });
    writeLine(terminal.output, ready);
    await stopped();
    await listening.close();
  } finally {
    clearInterval(looks);
    witness.close();
  }
  return alerts === 0 ? EXIT.done : EXIT.alert;
}

async function stopped(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
