import { closeSync, openSync, readSync, statSync } from 'node:fs';
import {
  isDomainError,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  type JsonObject,
} from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { EXIT } from '../exit-codes.js';

/** No file that a ceremony carries is larger: a statement is at most 12 KiB, a key file less. In bytes. */
const INPUT_FILE_LIMIT_BYTES = 64 * 1024;

/** The text of a file, without a last line end. Throws `input.malformed` when it is too long or no text. */
export function readInputFile(path: string, limitBytes = INPUT_FILE_LIMIT_BYTES): string {
  return readInputText(path, readAtMost(path, limitBytes + 1), limitBytes);
}

/** The bytes of a file, of which no more than there are is kept. Throws `input.malformed` when it is too long. */
export function readInputBytes(path: string, limitBytes: number): Uint8Array {
  const { size } = statSync(path);
  if (size > limitBytes) throw malformed(path, 'size');
  return readAtMost(path, size);
}

/** The text in the bytes that came from `path`, by the same rules. */
export function readInputText(path: string, bytes: Uint8Array, limitBytes: number): string {
  if (bytes.length > limitBytes) throw malformed(path, 'size');
  return refusing(path, () => parseUtf8(bytes).replace(/\r?\n$/, ''));
}

/** The one JSON object in a text that came from `path`. Throws `input.malformed`. */
export function readJsonObject(path: string, text: string): JsonObject {
  const value = refusing(path, () => parseStrictJson(text));
  if (!isJsonObject(value)) throw malformed(path, 'not-an-object');
  return value;
}

/** Does something with what a file says; what a library refuses becomes `input.malformed` of this file. */
export function refusing<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!isDomainError(error) || error instanceof CliError) throw error;
    throw malformed(path, String(error.facts['rule'] ?? error.code), error);
  }
}

export function malformed(file: string, rule: string, cause?: unknown): CliError {
  return new CliError('input.malformed', { file, rule }, { cause, exitCode: EXIT.malformed });
}

function readAtMost(path: string, limit: number): Buffer {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(limit);
    let length = 0;
    for (;;) {
      const read = readSync(handle, buffer, length, limit - length, null);
      length += read;
      if (read === 0 || length === limit) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(handle);
  }
}
