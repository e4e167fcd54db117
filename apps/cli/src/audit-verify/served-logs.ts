import { ROUTES, type LogTurn } from '@enlace/contracts';
import {
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  type JsonValue,
} from '@enlace/kernel';
import { SECTION_NAMES, type SectionDigests, type ShownEvent } from '@enlace/tlog';
import { CliError } from '../command-line/cli-error.js';
import type { PartReader } from '../log/log-reader.js';

/** A log as the server lists it: its word, until the leaves at its ends prove it. */
export interface ServedSummary {
  readonly origin: string;
  readonly predecessor: string | null;
  readonly opening: ShownEvent | null;
  readonly closing: ShownEvent | null;
  /** What States signed, where the log goes on after another one lost entries. */
  readonly continuation: string | null;
}

const HASH_BYTES = 32;

/** Throws `server.answered` for an answer that is no list of logs. */
export async function listLogs(read: PartReader): Promise<readonly ServedSummary[]> {
  const body = await read(ROUTES.auditLogs);
  const list: JsonValue = body === null ? [] : parseStrictJson(Buffer.from(body).toString());
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  return items.map((item) => {
    const { origin, predecessor, opening, closing, continuation } = isJsonObject(item) ? item : {};
    if (typeof origin !== 'string') throw malformed();
    return {
      origin,
      predecessor: typeof predecessor === 'string' ? predecessor : null,
      opening: readTurn(opening),
      closing: readTurn(closing),
      continuation: typeof continuation === 'string' ? continuation : null,
    };
  });
}

// Attacker-controlled: all of it; the leaf of the log decides.
function readTurn(value: JsonValue | undefined): ShownEvent | null {
  if (!isJsonObject(value)) return null;
  const { index, digests, salt, body }: Partial<Record<keyof LogTurn, JsonValue>> = value;
  if (typeof index !== 'number') throw malformed();
  const all = readBytes(digests);
  if (all.length !== SECTION_NAMES.length * HASH_BYTES) throw malformed();
  const of = (at: number) => all.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  const named: SectionDigests = {
    what: of(0),
    who: of(1),
    where: of(2),
    why: of(3),
    attest: of(4),
  };
  return { index, digests: named, what: { salt: readBytes(salt), bytes: readBytes(body) } };
}

function readBytes(value: JsonValue | undefined): Uint8Array {
  try {
    if (typeof value === 'string') return parseBase64Url(value);
  } catch (error) {
    if (!isDomainError(error)) throw error;
  }
  throw malformed();
}

function malformed(): CliError {
  return new CliError('server.answered', { problem: 'logs' });
}
