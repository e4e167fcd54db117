import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isDomainError, systemClock } from '@enlace/kernel';
import {
  isIsoDate,
  parseDay,
  parsePacks,
  shippedPacks,
  type IsoDate,
  type PackSet,
} from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { malformed, readInputFile, readInputText } from '../files/input-file.js';

/** Bytes of a request: four times the characters that the model allows, the most that UTF-8 takes for them. */
const REQUEST_LIMIT_BYTES = 4 * 1024 * 1024;
/** Bytes of one pack file; the shipped one of eleven States has a quarter of a megabyte. */
const PACK_FILE_LIMIT_BYTES = 16 * 1024 * 1024;
const STANDARD_INPUT = '-';

/** The day of the machine's own calendar unless one is given. Throws `usage.bad-value`. */
export function readDay(given: string | null, option = '--today'): IsoDate {
  if (given === null) {
    const now = new Date(systemClock.nowMs());
    const twoDigits = (part: number) => String(part).padStart(2, '0');
    return parseDay(
      [now.getFullYear(), twoDigits(now.getMonth() + 1), twoDigits(now.getDate())].join('-'),
    );
  }
  if (isIsoDate(given)) return given;
  throw new CliError('usage.bad-value', {
    option,
    value: given,
    expected: 'YYYY-MM-DD',
  });
}

/** A folder stands for every `*.json` in it, in the order of their names. Throws `packs.invalid`. */
export async function readPacks(path: string | null): Promise<PackSet> {
  if (path === null) return shippedPacks();
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .map((name) => join(path, name))
    : [path];
  try {
    return parsePacks(files.map((file) => readInputFile(file, PACK_FILE_LIMIT_BYTES)));
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    const [place] = cause.errors;
    const detail = place === undefined ? cause.message : `${place.pointer} ${place.detail}`;
    throw new CliError('packs.invalid', { folder: path, place: detail }, { cause });
  }
}

/** Throws `input.malformed` (exit code 3) for a file that cannot be read, too. */
export async function readRequestText(path: string, input: Readable): Promise<string> {
  if (path === STANDARD_INPUT) {
    return readInputText(path, await readAll(input), REQUEST_LIMIT_BYTES);
  }
  try {
    return readInputFile(path, REQUEST_LIMIT_BYTES);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const named = typeof cause === 'object' && cause !== null && 'code' in cause;
    throw malformed(path, named ? String(cause.code) : 'unreadable', cause);
  }
}

async function readAll(input: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  const arriving: AsyncIterable<Buffer> = input;
  for await (const bytes of arriving) {
    chunks.push(bytes);
    length += bytes.length;
    if (length > REQUEST_LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks);
}
