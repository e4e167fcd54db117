import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseId,
  parseStrictJson,
  toBase64Url,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import type { LogEntry } from '../../directory/statement-log.js';
import { ExportMalformed } from './export-error.js';

/** The first line: which part of which thread, and what may be done with it. */
export interface BundleHead {
  readonly threadId: ThreadId;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The chain before the first entry. */
  readonly before: Uint8Array;
  readonly exportedAt: string;
  /** The strictest code of what is in it. */
  readonly handling: Handling;
}

/** What the file may be used for, for whoever opens it with an editor. */
const NOTICES: Readonly<Record<Handling, string>> = {
  EN0: 'Uso libre en la cooperación. / Free use in cooperation.',
  EN1: 'No es prueba antes de una solicitud formal. / Not evidence before a formal request.',
  EN2: 'Sin traslado a terceros; no es prueba. / No onward transfer; not evidence.',
  EN3: 'Solo para las personas nombradas. / For the named persons only.',
};

/** One entry: as its author signed it, with the key that opens it alone; or what is left of an erased one. */
export interface BundledEntry {
  readonly seq: number;
  readonly acceptedAtMs: number;
  readonly entry: Uint8Array | null;
  readonly key: Uint8Array | null;
  /** Of an erased one, whose bytes are nowhere: what its exporter says the chain is after it. */
  readonly chain: Uint8Array | null;
}

/** A part of a thread that somebody without an account can verify. */
export interface ThreadBundle {
  readonly head: BundleHead;
  readonly entries: readonly BundledEntry[];
  /** The directory up to the checkpoint: who the authors are, by the statements of their States. */
  readonly statements: readonly LogEntry[];
  readonly checkpoint: string;
}

/** Canonical JSON, one object a line: the head, the entries, the statements, the checkpoint. */
export function formatThreadBundle({
  head,
  entries,
  statements,
  checkpoint,
}: ThreadBundle): readonly string[] {
  return [
    canonicalJson({
      v: 1,
      type: 'thread',
      ...head,
      before: toBase64Url(head.before),
      notice: NOTICES[head.handling],
    }),
    ...entries.map(({ seq, acceptedAtMs, entry, key, chain }) =>
      canonicalJson({
        type: 'entry',
        seq,
        acceptedAtMs,
        ...(entry === null ? {} : { entry: toBase64Url(entry) }),
        ...(key === null ? {} : { key: toBase64Url(key) }),
        ...(chain === null ? {} : { chain: toBase64Url(chain) }),
      }),
    ),
    ...statements.map(({ index, acceptedAtMs, wire }) =>
      canonicalJson({ type: 'statement', index, acceptedAtMs, wire }),
    ),
    canonicalJson({ type: 'checkpoint', note: checkpoint }),
  ];
}

/** Throws `export.malformed`. Nothing of it is verified yet. */
// Attacker-controlled: the whole file.
export function parseThreadBundle(text: string): ThreadBundle {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new ExportMalformed(lines.length + 1);
  const read = lines.map((line, at) => readingLine(at + 1, () => readLine(line)));
  const of = (type: string) =>
    read.flatMap((value, at) => (value['type'] === type ? [{ value, line: at + 1 }] : []));
  const entries = of('entry');
  const statements = of('statement');
  const [last] = of('checkpoint');
  // Each kind stands where it belongs, and there is nothing else.
  const order = [
    'thread',
    ...entries.map(() => 'entry'),
    ...statements.map(() => 'statement'),
    'checkpoint',
  ];
  const odd = order.findIndex((type, at) => read[at]?.['type'] !== type);
  if (odd !== -1 || read.length !== order.length) throw new ExportMalformed(Math.max(odd, 0) + 1);
  return {
    head: readingLine(1, () => readHead(read[0] ?? {})),
    entries: entries.map(({ value, line }) => readingLine(line, () => readEntry(value))),
    statements: statements.map(({ value, line }) =>
      readingLine(line, () => ({
        index: count(value['index']),
        acceptedAtMs: count(value['acceptedAtMs']),
        wire: string(value['wire']),
      })),
    ),
    checkpoint: readingLine(read.length, () => string(last?.value['note'])),
  };
}

function readLine(line: string): JsonObject {
  const value = parseStrictJson(line);
  if (!isJsonObject(value) || canonicalJson(value) !== line) throw new ExportMalformed(0);
  return value;
}

function readHead(value: JsonObject): BundleHead {
  const handling = HANDLING_CODES.find((code) => code === value['handling']);
  if (value['v'] !== 1 || handling === undefined) throw new ExportMalformed(1);
  const exportedAt = string(value['exportedAt']);
  const exportedMs = Date.parse(exportedAt);
  const isInstant = !Number.isNaN(exportedMs) && formatInstant(exportedMs) === exportedAt;
  if (!isInstant || string(value['notice']) !== NOTICES[handling]) throw new ExportMalformed(1);
  return {
    threadId: parseId<ThreadId>(string(value['threadId'])),
    fromSeq: count(value['fromSeq']),
    toSeq: count(value['toSeq']),
    before: bytesOf(value['before'], 32),
    exportedAt,
    handling,
  };
}

function readEntry(value: JsonObject): BundledEntry {
  const { entry, key, chain } = value;
  // What was erased has no bytes and says what the chain is; everything else has bytes and says nothing of it.
  if ((entry === undefined) === (chain === undefined)) throw new ExportMalformed(0);
  return {
    seq: count(value['seq']),
    acceptedAtMs: count(value['acceptedAtMs']),
    entry: entry === undefined ? null : parseBase64Url(string(entry)),
    key: key === undefined ? null : bytesOf(key, 32),
    chain: chain === undefined ? null : bytesOf(chain, 32),
  };
}

function readingLine<Value>(line: number, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new ExportMalformed(line, { cause });
  }
}

function count(value: JsonValue | undefined): number {
  if (typeof value !== 'number' || value < 0) throw new ExportMalformed(0);
  return value;
}

function string(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new ExportMalformed(0);
  return value;
}

function bytesOf(value: JsonValue | undefined, length: number): Uint8Array {
  const bytes = parseBase64Url(string(value));
  if (bytes.length !== length) throw new ExportMalformed(0);
  return bytes;
}
