import { ROUTES, type LoggedStatement } from '@enlace/contracts';
import { isJsonObject, parseStrictJson, type JsonValue } from '@enlace/kernel';
import { parseTrustStore, TRUST_STORE_LIMIT_BYTES } from '@enlace/trust';
import { listLogs } from '../audit-verify/served-logs.js';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireAuthority, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { partReader } from '../log/log-reader.js';
import { StatementFold, type StatementReader } from './statement-fold.js';
import type { Unfounded, Witness } from './witness.js';

/** 500 statements of at most 12 KiB. */
const PAGE_LIMIT_BYTES = 8 * 1024 * 1024;

const TEXTS = {
  forged: {
    es: '{origin}: la declaración {index} habla en nombre del Estado y no es suya; no se cofirma',
    en: "{origin}: statement {index} speaks in the State's name and is not its own; not cosigned",
  },
  'other-tree': {
    es: '{origin}: las declaraciones no son las del árbol de {size}; no se cofirma',
    en: '{origin}: the statements are not those of the tree of {size}; not cosigned',
  },
} as const satisfies Readonly<Record<Unfounded['kind'], Text>>;

/**
 * The witness reads and folds the statements of its server, for the State of `--state`, before it cosigns them. Returns
 * what looks whether a log goes on after a loss, and lets the witness follow. Throws `usage.missing-option`,
 * `input.malformed`.
 */
export function foldStatements(
  invocation: Invocation,
  witness: Witness,
  onUnfounded: () => void = () => undefined,
): () => Promise<void> {
  const { options, terminal, json, language } = invocation;
  const url = requireText(options, 'url').replace(/\/$/, '');
  const token = readInputFile(requireText(options, 'token-file'));
  const path = requireText(options, 'trust');
  const trustStore = refusing(path, () =>
    parseTrustStore(readInputFile(path, TRUST_STORE_LIMIT_BYTES)),
  );
  const fold = StatementFold.open({
    folder: requireText(options, 'in'),
    trustStore,
    state: requireAuthority(options),
    read: statementReader(url, token),
  });
  witness.foldWith(fold, (unfounded) => {
    onUnfounded();
    const line = fillText(TEXTS[unfounded.kind][language], { ...unfounded });
    writeLine(terminal.errors, json ? JSON.stringify({ event: 'unfounded', ...unfounded }) : line);
  });
  const read = partReader(url, () => ({ authorization: `Bearer ${token}` }), PAGE_LIMIT_BYTES);
  return async () => witness.followLosses(fold.losses(await listLogs(read)));
}

function statementReader(url: string, token: string): StatementReader {
  const read = partReader(url, () => ({ authorization: `Bearer ${token}` }), PAGE_LIMIT_BYTES);
  return async (from, limit) => {
    const body = await read(`${ROUTES.directoryStatements}?from=${from}&limit=${limit}`);
    return body === null ? [] : readPage(parseStrictJson(Buffer.from(body).toString()));
  };
}

// Attacker-controlled: the whole page.
function readPage(value: JsonValue): readonly LoggedStatement[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return items.map((item) => {
    const { index, acceptedAt, wire } = isJsonObject(item) ? item : {};
    const isWhole = typeof index === 'number' && typeof acceptedAt === 'string';
    if (!isWhole || typeof wire !== 'string') {
      throw new CliError('server.answered', { problem: 'statements' });
    }
    return { index, acceptedAt, wire };
  });
}
