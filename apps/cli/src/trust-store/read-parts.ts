import { STATES, type StateCode } from '@enlace/contracts';
import { formatVkey, parseVkey } from '@enlace/tlog';
import { parseStatement } from '@enlace/trust';

import { CliError } from '../command-line/cli-error.js';
import { findInteger, findText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { LogKey } from '../server/server-message.js';
import type { TrustStoreParts, WitnessOfState } from './trust-store-text.js';

/** The statement of a root, and the file that it came from. */
export interface ReadRoot {
  readonly path: string;
  readonly wire: string;
  readonly state: StateCode;
}

function linesOf(path: string): readonly string[] {
  const lines = readInputFile(path)
    .split(/\r?\n/)
    .map((line) => line.trim());
  const said = lines.filter((line) => line !== '');
  if (said.length === 0) throw malformed(path, 'empty');
  return said;
}

/** One key a line; the name of a key is the origin of its log, which says whose log it is. */
export function readLogs(path: string): readonly LogKey[] {
  const logs = linesOf(path).map((line) => {
    const key = refusing(path, () => parseVkey(noteCrypto, line));
    const [stream = ''] = key.name.split('.');
    if (stream !== 'directory' && stream !== 'audit') throw malformed(path, 'not-a-log');
    return { stream, origin: key.name, vkey: formatVkey(key) };
  });
  const count = (stream: string) => logs.filter((log) => log.stream === stream).length;
  if (count('directory') !== 1 || count('audit') === 0) throw malformed(path, 'logs-missing');
  return logs;
}

/**
 * The host that people use, with its port where it has one: that of `--deployment`, else of the log of the directory
 * (`directory.enlace.example.org` is the one of `enlace.example.org`). Throws `usage.bad-value` for what is no host:
 * everybody pins it.
 */
export function deploymentIn(options: Invocation['options'], logs: readonly LogKey[]): string {
  const origin = logs.find(({ stream }) => stream === 'directory')?.origin ?? '';
  const value = findText(options, 'deployment') ?? origin.slice('directory.'.length);
  if (URL.parse(`https://${value}`)?.host === value) return value;
  const expected = 'enlace.example.org';
  throw new CliError('usage.bad-value', { option: '--deployment', value, expected });
}

/** Throws `input.malformed` for what is not the statement of a root. */
export function readRoot(path: string): ReadRoot {
  const wire = readInputFile(path);
  const { body } = refusing(path, () => parseStatement(wire));
  if (body.type !== 'state-root') throw malformed(path, 'not-a-root');
  return { path, wire, state: body.state };
}

/** `CR <key>` a line. The regional body witnesses nothing. */
export function readWitnesses(path: string, roots: readonly ReadRoot[]): readonly WitnessOfState[] {
  const witnesses = linesOf(path).map((line) => {
    const [named = '', vkey = '', ...more] = line.split(/\s+/);
    const state = STATES.find((one) => one === named);
    if (state === undefined || more.length > 0) throw malformed(path, 'not-a-witness');
    if (!roots.some((root) => root.state === state)) throw malformed(path, 'witness-without-root');
    const key = refusing(path, () => parseVkey(noteCrypto, vkey));
    // A witness cosigns: a key of a log would vouch for itself.
    if (key.type !== 'cosignature') throw malformed(path, 'not-a-witness');
    return { state, vkey: formatVkey(key) };
  });
  if (new Set(witnesses.map(({ state }) => state)).size < witnesses.length) {
    throw malformed(path, 'state-twice');
  }
  return witnesses;
}

/** Who releases the browser client, and how many of them it takes; all of them where no number is given. */
export function readReleases(options: Invocation['options']): TrustStoreParts['releases'] {
  const path = findText(options, 'release-keys');
  if (path === null) return null;
  const vkeys = linesOf(path).map((line) =>
    formatVkey(refusing(path, () => parseVkey(noteCrypto, line))),
  );
  const threshold = findInteger(options, 'release-threshold', [1, vkeys.length]) ?? vkeys.length;
  return { threshold, vkeys };
}
