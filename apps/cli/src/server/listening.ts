import { CliError } from '../command-line/cli-error.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { dataFolderOf } from './data-folder.js';

const READY: Text = {
  es: 'Enlace está listo en {url} (Ctrl+C para detenerlo)',
  en: 'Enlace is ready at {url} (Ctrl+C stops it)',
};

/** Settings of the server, by the names of its environment. */
export interface Listening {
  readonly ENLACE_DATA: string;
  /** Absent: the server's own choice. */
  readonly PORT?: string;
}

/** The settings that `--data` and `--port` stand for. Throws `usage.bad-value`. */
export function readListening({ options, terminal }: Invocation): Listening {
  const data = options.get('data');
  const port = options.get('port');
  return {
    ENLACE_DATA: dataFolderOf(typeof data === 'string' ? data : undefined, terminal.environment),
    ...(typeof port === 'string' ? { PORT: readPort(port) } : {}),
  };
}

function readPort(value: string): string {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new CliError('usage.bad-value', { option: '--port', value, expected: '0..65535' });
  }
  return value;
}

/** The one thing that standard output carries: where the server answers. */
export function tellReady({ json, language, terminal }: Invocation, url: string): void {
  const text = READY[language].replace('{url}', url);
  writeLine(terminal.output, json ? JSON.stringify({ event: 'ready', url }) : text);
}
