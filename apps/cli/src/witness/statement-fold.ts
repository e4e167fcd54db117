import { appendFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedStatement, StateCode } from '@enlace/contracts';
import {
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonValue,
} from '@enlace/kernel';
import {
  digestWire,
  encodeDirectoryLeaf,
  hashLeaf,
  RootBuilder,
  type TreeHead,
  type VerifierKey,
} from '@enlace/tlog';
import {
  emptyDirectory,
  formatLogCopy,
  parseStatement,
  replay,
  STATEMENT_KINDS,
  type CopiedStatement,
  type Directory,
  type TrustStore,
} from '@enlace/trust';
import { announcedIn } from '../audit-verify/announced-logs.js';
import { readLosses, type ContinuedLoss } from '../audit-verify/continued-losses.js';
import type { ServedSummary } from '../audit-verify/served-logs.js';
import { replaceFile } from '../files/durable-file.js';
import { readInputFile } from '../files/input-file.js';
import { noteCrypto } from '../log/note-crypto.js';

const FILE = 'statements.jsonl';
/** All statements of the region, some tens of thousands of up to 12 KiB. In bytes. */
const FILE_LIMIT_BYTES = 128 * 1024 * 1024;
/** Statements asked for at once. */
const PAGE = 500;
/** What cannot be read as a statement has no kind. */
const NO_KIND = 255;

/** At most `limit` statements from the index on. Attacker-controlled: everything it answers. */
export type StatementReader = (from: number, limit: number) => Promise<readonly LoggedStatement[]>;

/**
 * `sound`: these statements make up the tree, and all that is said in the State's name applies. `forged`: one does not.
 * `other-tree`: the statements that are served are not those that were signed.
 */
export type FoldVerdict =
  | { readonly kind: 'sound' }
  | { readonly kind: 'other-tree' }
  | { readonly kind: 'forged'; readonly index: number };

interface FoldPorts {
  readonly folder: string;
  readonly trustStore: TrustStore;
  /** Whose witness it is. */
  readonly state: StateCode;
  readonly read: StatementReader;
}

/**
 * The directory as a witness folds it, before it cosigns one: a log that only grows may still hold what a State never
 * said. What was found sound is kept in the folder of the witness.
 */
export class StatementFold {
  #entries: readonly CopiedStatement[];
  #directory: Directory;
  /** False after an append that was cut off: what is added behind it could not be read again. */
  #isFileWhole: boolean;
  #judging: Promise<unknown> = Promise.resolve();

  private constructor(private readonly ports: FoldPorts) {
    const path = join(ports.folder, FILE);
    this.#entries = readEntries(path);
    this.#isFileWhole = existsSync(path) && isFileOf(path, this.#entries);
    this.#directory = this.#fold(this.#entries).directory;
  }

  /** Throws `input.malformed`. */
  static open(ports: FoldPorts): StatementFold {
    return new StatementFold(ports);
  }

  get origin(): string {
    return this.ports.trustStore.directory.origin;
  }

  /** The keys of audit logs that what was found sound announces: those of later years. */
  announced(): readonly VerifierKey[] {
    return announcedIn(this.#directory, this.#entries.length).map(({ key }) => key);
  }

  /** Logs that go on after a loss, as States signed it, judged by what was found sound. */
  losses(served: readonly ServedSummary[]): readonly ContinuedLoss[] {
    return readLosses(this.#directory, served);
  }

  /** One judgement at a time. Rejects as the reader does; what is held stays then. */
  async judge(head: TreeHead): Promise<FoldVerdict> {
    const judging = this.#judging.then(async () => this.#judge(head));
    this.#judging = judging.catch(() => undefined);
    return judging;
  }

  async #judge(head: TreeHead): Promise<FoldVerdict> {
    const known = this.#entries.slice(0, head.size);
    const extended = [...known, ...(await this.#read(known.length, head.size))];
    if (isTree(extended, head)) return this.#take(extended);
    // What is kept may be damaged: the answer of the server alone decides.
    const anew = await this.#read(0, head.size);
    if (!isTree(anew, head)) return { kind: 'other-tree' };
    this.#entries = [];
    return this.#take(anew);
  }

  #take(entries: readonly CopiedStatement[]): FoldVerdict {
    if (entries.length <= this.#entries.length) return { kind: 'sound' };
    const { directory, forgedAt } = this.#fold(entries);
    if (forgedAt !== null) return { kind: 'forged', index: forgedAt };
    const path = join(this.ports.folder, FILE);
    const isMore = this.#entries.length > 0 && this.#isFileWhole;
    // If we die in the append, the next start reads what stands before it and writes the file anew.
    if (isMore) appendFileSync(path, format(entries.slice(this.#entries.length)), { flush: true });
    else replaceFile(path, format(entries));
    this.#isFileWhole = true;
    this.#entries = entries;
    this.#directory = directory;
    return { kind: 'sound' };
  }

  /** Goes on from what was folded before, where the entries do. */
  #fold(entries: readonly CopiedStatement[]) {
    const { state, trustStore } = this.ports;
    const isLonger = this.#entries.length > 0 && entries.length > this.#entries.length;
    const start = isLonger ? this.#directory : emptyDirectory(trustStore, state);
    const fresh = entries
      .map(({ wire }, index) => ({ index, wire }))
      .slice(isLonger ? this.#entries.length : 0);
    const { directory, skipped } = replay(start, fresh);
    const doubtful = [...skipped, ...directory.forks.slice(start.forks.length)];
    const forged = doubtful.find(({ index }) => stateOf(entries[index]?.wire ?? '') === state);
    return { directory, forgedAt: forged?.index ?? null };
  }

  async #read(from: number, to: number): Promise<readonly CopiedStatement[]> {
    const entries: CopiedStatement[] = [];
    while (from + entries.length < to) {
      const first = from + entries.length;
      const page = await this.ports.read(first, Math.min(PAGE, to - first));
      const isWhole = page.every(({ index }, at) => index === first + at);
      if (page.length === 0 || page.length > to - first || !isWhole) return entries;
      entries.push(
        ...page.map(({ acceptedAt, wire }) => ({ acceptedAtMs: Date.parse(acceptedAt), wire })),
      );
    }
    return entries;
  }
}

/** Whether these are the statements that were signed. */
function isTree(entries: readonly CopiedStatement[], { size, root }: TreeHead): boolean {
  if (entries.length !== size) return false;
  const tree = new RootBuilder(noteCrypto);
  for (const { acceptedAtMs, wire } of entries) {
    if (!Number.isSafeInteger(acceptedAtMs) || acceptedAtMs < 0) return false;
    const wireDigest = digestWire(noteCrypto, utf8(wire));
    const leaf = encodeDirectoryLeaf({ kind: kindOf(wire), acceptedAtMs, wireDigest });
    tree.push(hashLeaf(noteCrypto, leaf));
  }
  return equalBytes(tree.root(), root);
}

function kindOf(wire: string): number {
  try {
    return STATEMENT_KINDS[parseStatement(wire).type];
  } catch (error) {
    if (isDomainError(error)) return NO_KIND;
    throw error;
  }
}

/** In whose name something is said, whoever signed it and however it is spelt; null for what names nobody. */
function stateOf(wire: string): string | null {
  try {
    const outer = parseStrictJson(wire);
    const body = isJsonObject(outer) ? outer['body'] : null;
    if (typeof body !== 'string') return null;
    const inner = parseStrictJson(parseUtf8(parseBase64Url(body)));
    const state = isJsonObject(inner) ? inner['state'] : null;
    return typeof state === 'string' ? state : null;
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

function format(entries: readonly CopiedStatement[]): string {
  return formatLogCopy({ checkpoint: null, entries });
}

/** What cannot be read is read from the server again: nothing in the file counts before it makes up a signed tree. */
function readEntries(path: string): readonly CopiedStatement[] {
  if (!existsSync(path)) return [];
  const entries: CopiedStatement[] = [];
  for (const line of readInputFile(path, FILE_LIMIT_BYTES).split('\n')) {
    const entry = readEntry(line);
    if (entry === null) return entries;
    entries.push(entry);
  }
  return entries;
}

/** Whether the file holds these entries and nothing behind them, not even half a line. */
function isFileOf(path: string, entries: readonly CopiedStatement[]): boolean {
  return statSync(path).size === utf8(format(entries)).length;
}

function readEntry(line: string): CopiedStatement | null {
  let value: JsonValue;
  try {
    value = parseStrictJson(line);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
  const { acceptedAtMs, wire } = isJsonObject(value) ? value : {};
  return typeof acceptedAtMs === 'number' && typeof wire === 'string'
    ? { acceptedAtMs, wire }
    : null;
}
