import type { LoggedStatement } from '@enlace/contracts';
import { canonicalJson, newId, sha256, utf8, type Clock, type Random } from '@enlace/kernel';
import { digestWire, encodeDirectoryLeaf } from '@enlace/tlog';
import {
  append,
  emptyDirectory,
  findStatement,
  parseStatement,
  replay,
  STATEMENT_KINDS,
  StatementRefused,
  subjectOf,
  withQuorumCheckpoint,
  type Directory,
  type SignerKey,
  type Statement,
  type TrustStore,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { ActTransaction } from '../platform/access/act.js';
import { hintAfterCommit } from '../platform/bus/hint.js';
import type { Transaction } from '../platform/database/database.js';
import type { Log } from '../platform/logging/log.js';
import { LogWriter } from '../platform/tlog/log-writer.js';
import { CLOCK, LOG, RANDOM, TRUST_STORE } from '../platform/tokens.js';
import { DirectoryRepository, type StatementRow } from './directory.repository.js';

/** Statements that one query reads while a node catches up. */
const CATCH_UP_STATEMENTS = 1_000;

/** Statements whose act may end sessions: other nodes look at theirs. */
const ENDS_SESSIONS: ReadonlySet<string> = new Set(['revocation', 'person-cert']);

/** Statements accepted within this time count as public at the same moment, the latest of theirs. */
const PUBLIC_GRAIN_MS = 60_000;

/** A statement that was taken in, and where. */
export interface AppendedStatement {
  readonly index: number;
  readonly statement: Statement;
  /** Whose valid signatures it carries. */
  readonly signers: readonly SignerKey[];
}

/**
 * The statements log and what it adds up to, by the fold that every client runs. Each node keeps the fold of what is
 * committed in memory and reads the rest when it is asked; nothing but the rows is the truth.
 *
 * To the server a statement is public since the server accepted it: that decides what the server does for somebody, and
 * nothing else. Clients believe no server time and wait for the quorum of witnesses.
 */
@Injectable()
export class DirectoryLog {
  #committed: Directory | null;
  /** The fold inside transactions that appended: it may still be rolled back, so nobody else sees it. */
  readonly #underway = new WeakMap<Transaction, Directory>();

  constructor(
    @Inject(TRUST_STORE) trustStore: TrustStore | null,
    private readonly repository: DirectoryRepository,
    private readonly writer: LogWriter,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.#committed = trustStore === null ? null : emptyDirectory(trustStore, null);
  }

  /** The directory as this transaction sees it. Throws `statement.refused` where no trust store is installed. */
  async current(tx: Transaction): Promise<Directory> {
    const underway = this.#underway.get(tx);
    if (underway !== undefined) return underway;
    for (;;) {
      const known = this.#committed;
      if (known === null) throw new StatementRefused('no-trust-store');
      const page = { from: known.size, limit: CATCH_UP_STATEMENTS };
      const entries = await this.repository.findStatements(tx, page);
      const directory = this.#fold(known, entries);
      this.#keep(directory);
      if (entries.length < CATCH_UP_STATEMENTS) return directory;
    }
  }

  /**
   * Appends the next statement of the log: judged as every client judges it, written with its rows and its leaf in the
   * transaction of the act. Killed anywhere, all of it is there or nothing. Throws `statement.refused`, and
   * `access.denied` when the act may not speak for the State.
   */
  async append(at: Pick<ActTransaction, 'tx'>, wire: string): Promise<AppendedStatement> {
    const statement = parseStatement(wire);
    assertStorable(statement);
    await this.repository.awaitTurn(at.tx);
    const before = await this.current(at.tx);
    const after = append(before, statement, before.size);
    await this.#write(at, { index: before.size, statement }, after);
    this.#underway.set(at.tx, after);
    hintAfterCommit(at, {
      directorySize: after.size,
      ...(ENDS_SESSIONS.has(statement.type) ? { sessionsEnded: true } : {}),
    });
    const signers = findStatement(after, statement.id)?.signers ?? [];
    return { index: before.size, statement, signers };
  }

  /** What `append` would say now, without writing. Throws `statement.refused`. */
  async judge(tx: Transaction, wire: string): Promise<AppendedStatement> {
    const statement = parseStatement(wire);
    assertStorable(statement);
    const before = await this.current(tx);
    const after = append(before, statement, before.size);
    const signers = findStatement(after, statement.id)?.signers ?? [];
    return { index: before.size, statement, signers };
  }

  /** The statement at a place of the log, and its leaf; `null` where the log has not come yet. */
  async entryAt(
    tx: Transaction,
    index: number,
  ): Promise<{ readonly index: number; readonly wire: string; readonly leaf: Uint8Array } | null> {
    const [entry] = await this.repository.findStatements(tx, { from: index, limit: 1 });
    if (entry === undefined) return null;
    const { wire, acceptedAt } = entry;
    return { index, wire, leaf: leafOf({ wire, acceptedAtMs: Date.parse(acceptedAt) }) };
  }

  /**
   * Writes statements that were in the log before at the places where they were, with their leaves, byte for byte, and
   * judges nothing: the log that they make up is compared with the one that was signed. Only while that is halted.
   * Throws `statement.refused` for what nobody can read.
   */
  async refill(tx: Transaction, entries: readonly LoggedStatement[]): Promise<void> {
    await this.repository.awaitTurn(tx);
    let directory = await this.current(tx);
    for (const entry of entries) {
      if (entry.index !== directory.size) throw new StatementRefused('place');
      const statement = parseStatement(entry.wire);
      directory = this.#fold(directory, [entry]);
      const row = this.#rowOf(statement, directory, {
        place: entry.index,
        acceptedAtMs: Date.parse(entry.acceptedAt),
      });
      await this.repository.refill(tx, row);
      await this.writer.append({ tx }, 'directory', { entryId: row.entryId, leaf: leafOf(row) });
    }
  }

  async #write(
    at: Pick<ActTransaction, 'tx'>,
    { index, statement }: Pick<AppendedStatement, 'index' | 'statement'>,
    after: Directory,
  ): Promise<void> {
    const acceptedAtMs = this.clock.nowMs();
    const row = this.#rowOf(statement, after, { place: index, acceptedAtMs });
    await this.repository.append(at.tx, row);
    await this.writer.append(at, 'directory', { entryId: row.entryId, leaf: leafOf(row) });
  }

  #rowOf(
    statement: Statement,
    after: Directory,
    { place, acceptedAtMs }: Pick<StatementRow, 'place' | 'acceptedAtMs'>,
  ): StatementRow {
    return {
      place,
      statementId: statement.id,
      subject: subjectOf(statement.body),
      // Begins with the index: ids of statements sort as the log does, whatever the clocks of two nodes say.
      entryId: newId({ nowMs: () => place }, this.random),
      wire: statement.object.wire,
      acceptedAtMs,
      counts: findStatement(after, statement.id) !== null,
    };
  }

  #fold(known: Directory, entries: readonly LoggedStatement[]): Directory {
    const { directory, skipped } = replay(known, entries);
    for (const { index } of skipped) {
      this.log.error('directory.skipped', { note: `The statement ${index} does not apply.` });
    }
    return publicMoments(entries).reduce(withQuorumCheckpoint, directory);
  }

  // Two acts may catch up at the same time: the longer fold stays.
  #keep(directory: Directory): void {
    if (this.#committed === null || directory.size > this.#committed.size) {
      this.#committed = directory;
    }
  }
}

/** From when on the statements count as seen by all: one moment for those accepted within the same minute. */
function publicMoments(entries: readonly LoggedStatement[]) {
  const moments = entries.map(({ index, acceptedAt }) => ({
    size: index + 1,
    witnessTimeMs: Date.parse(acceptedAt),
  }));
  return moments.filter(({ witnessTimeMs }, at) => {
    const next = moments[at + 1];
    return next === undefined || isInLaterGrain(witnessTimeMs, next.witnessTimeMs);
  });
}

function isInLaterGrain(aMs: number, bMs: number): boolean {
  return Math.floor(aMs / PUBLIC_GRAIN_MS) !== Math.floor(bMs / PUBLIC_GRAIN_MS);
}

/** The leaf of a statement. Throws `statement.refused` for what is none. */
export function leafOf({
  wire,
  acceptedAtMs,
}: Pick<StatementRow, 'wire' | 'acceptedAtMs'>): Uint8Array {
  return encodeDirectoryLeaf({
    kind: STATEMENT_KINDS[parseStatement(wire).type],
    acceptedAtMs,
    wireDigest: digestWire({ sha256 }, utf8(wire)),
  });
}

// PostgreSQL keeps no U+0000 in text, and a row must say what the statement says.
function assertStorable({ object }: Statement): void {
  if (canonicalJson(object.body).includes('\\u0000')) throw new StatementRefused('form');
}
