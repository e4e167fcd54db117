import type { ManifestEvent, StateCode } from '@enlace/contracts';
import { isDomainError, isJsonObject, parseBase64Url, type JsonValue } from '@enlace/kernel';
import { checkManifests, SECTION_NAMES, type ProvenErasure, type ShownEvent } from '@enlace/tlog';
import { CliError } from '../command-line/cli-error.js';
import { noteCrypto } from '../log/note-crypto.js';
import { problemOf, VERIFY_EXIT, type ManifestCount, type Problem } from './findings.js';

/** Leaves of kind 2 are manifests; the first two bytes of a leaf are its version and its kind. */
const MANIFEST_KIND = 2;
const HASH_BYTES = 32;

/** One page of what an auditor may read of a log, from an index on; the server's answer as it came. */
export type ManifestPages = (year: string, from: number) => Promise<JsonValue>;

export interface OwnRecord {
  readonly state: StateCode;
  readonly pages: ManifestPages;
}

/** What became of the manifests of a log, and what the log says is gone: of itself and of the logs before. */
export interface CheckedManifests {
  readonly count: ManifestCount;
  readonly problems: readonly Problem[];
  readonly erased: readonly number[];
  readonly erasures: readonly ProvenErasure[];
}

/** An event of which the server shows `what`, or says that it was erased. */
type Answered = Omit<ShownEvent, 'what'> & { readonly what: ShownEvent['what'] | null };

/**
 * Computes the manifests of the auditor's State again, from the acts that the server shows this auditor. Nothing that
 * is shown counts before the leaves of the log commit to it. Throws `server.answered` for an answer of another form.
 */
export async function checkOwnManifests(
  { state, pages }: OwnRecord,
  { origin, leaves }: { readonly origin: string; readonly leaves: readonly Uint8Array[] },
): Promise<CheckedManifests> {
  const answered = await readAll(pages, origin.slice(origin.indexOf('/') + 1), leaves.length);
  const shown = answered.flatMap(({ what, ...event }) =>
    what === null ? [] : [{ ...event, what }],
  );
  const erased = answered.flatMap(({ index, what }) => (what === null ? [index] : []));
  const isManifest = ({ index }: Answered) => leaves[index]?.[1] === MANIFEST_KIND;
  const { problems, erasures, ...count } = checkManifests(noteCrypto, {
    origin,
    state,
    leaves,
    manifests: shown.filter(isManifest),
    events: shown.filter((event) => !isManifest(event)),
    erased,
  });
  return {
    count: { ...count, erased: erased.length },
    erased,
    erasures,
    problems: problems.map(({ code, isMissing, index, lastIndex }) =>
      problemOf(code, isMissing ? VERIFY_EXIT.missing : VERIFY_EXIT.alert, { index, lastIndex }),
    ),
  };
}

async function readAll(
  pages: ManifestPages,
  year: string,
  size: number,
): Promise<readonly Answered[]> {
  const shown: Answered[] = [];
  for (let from = 0; from < size;) {
    const page = await pages(year, from);
    const { events, next } = isJsonObject(page) ? page : {};
    const items: readonly JsonValue[] = Array.isArray(events) ? events : [];
    for (const item of items) {
      const event = readEvent(item);
      // What the log has grown by since it was read is for the next time.
      if (event.index < size) shown.push(event);
    }
    if (next === null) return shown;
    if (typeof next !== 'number' || next <= from) throw malformed();
    from = next;
  }
  return shown;
}

// Attacker-controlled: all of it.
function readEvent(item: JsonValue): Answered {
  const members = isJsonObject(item) ? item : {};
  const { index, digests, salt, body }: Partial<Record<keyof ManifestEvent, JsonValue>> = members;
  if (typeof index !== 'number' || !Number.isSafeInteger(index)) throw malformed();
  const all = readBytes(digests);
  if (all.length !== SECTION_NAMES.length * HASH_BYTES) throw malformed();
  const of = (at: number) => all.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  return {
    index,
    digests: { what: of(0), who: of(1), where: of(2), why: of(3), attest: of(4) },
    what: salt === null || body === null ? null : { salt: readBytes(salt), bytes: readBytes(body) },
  };
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
  return new CliError('server.answered', { problem: 'manifests' });
}
