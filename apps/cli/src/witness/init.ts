import { resolve } from 'node:path';
import { formatVkey } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { createWitnessFolder } from './witness-folder.js';

/**
 * `enlace witness init`: makes the key where it will be used, and tells its public half, which the root of the State
 * then signs as a `witness-key` statement (`enlace authority sign`).
 */
export async function run({ options, terminal, json }: Invocation): Promise<number> {
  await cryptoReady();
  const folder = resolve(requireText(options, 'out'));
  const name = requireText(options, 'name');
  assertName(name);
  const vkey = formatVkey(createWitnessFolder(folder, name));
  writeLine(terminal.output, json ? JSON.stringify({ event: 'witness-made', folder, vkey }) : vkey);
  return EXIT.done;
}

/** As the server takes it in the path of a route. */
function assertName(name: string): void {
  if (/^[a-z0-9.-]{1,100}(?:\/[a-z0-9.-]{1,50})?$/.test(name)) return;
  const expected = 'witness.example.cr/enlace';
  throw new CliError('usage.bad-value', { option: '--name', value: name, expected });
}
