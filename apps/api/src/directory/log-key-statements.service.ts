import { REGIONAL_AUTHORITY, STATES } from '@enlace/contracts';
import { formatInstant, isDomainError } from '@enlace/kernel';
import { formatVkey } from '@enlace/tlog';
import { currentOf, signStatementBy, type BodyOf, type TrustStore } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { HINT_BUS, type HintBus } from '../platform/bus/hint-bus.js';
import { hintOf, type Hint } from '../platform/bus/hint.js';
import { Database, type Transaction } from '../platform/database/database.js';
import type { OpenedLogs } from '../platform/sequencer/open-logs.js';
import { EventWriter } from '../platform/tlog/event-writer.js';
import { OPENED_LOGS, TRUST_STORE } from '../platform/tokens.js';
import { DirectoryLog } from './directory-log.js';

/** The key of a log of the platform, as the directory is to announce it. */
export type Announcement = Pick<BodyOf<'log-key'>, 'use' | 'origin' | 'vkey' | 'notBefore'>;

/** A key that the directory names, and where. */
export interface AnnouncedKey {
  readonly vkey: string;
  /** Of the statement in the log of the directory. */
  readonly index: number;
}

/**
 * `log-key` statements: the key of the directory's log, which the trust store pins, vouches for the platform's others.
 */
@Injectable()
export class LogKeyStatements {
  constructor(
    private readonly database: Database,
    private readonly directory: DirectoryLog,
    private readonly writer: EventWriter,
    @Inject(OPENED_LOGS) private readonly opened: Pick<OpenedLogs, 'directory'>,
    @Inject(TRUST_STORE) private readonly trustStore: TrustStore | null,
    @Inject(HINT_BUS) private readonly bus: HintBus,
  ) {}

  /** Whether there are roots that pin any key at all. */
  get isPinned(): boolean {
    return this.trustStore !== null;
  }

  /** The key that was announced for a log; `null` when none was. */
  async find(origin: string): Promise<AnnouncedKey | null> {
    if (!this.isPinned) return null;
    return this.database.beforeSignIn((tx) => this.#find(tx, origin));
  }

  /** Whether this node may announce anything: it has the pinned key, and somebody is there to be told. */
  async mayAnnounce(): Promise<boolean> {
    const { key } = this.opened.directory;
    if (this.trustStore?.directory.vkey !== formatVkey(key)) return false;
    const { size } = await this.database.beforeSignIn((tx) => this.directory.current(tx));
    return size > 0;
  }

  /**
   * Statement, rows and event in one transaction. Resolves with whether it was announced here: another node may be
   * quicker, and an origin has one key for ever.
   */
  async announce(
    due: Announcement,
    { nowMs, correlationId }: { readonly nowMs: number; readonly correlationId: string },
  ): Promise<boolean> {
    const wire = await this.#sign(due, nowMs);
    const done = await this.#append(due, { wire, correlationId }).catch(async (error: unknown) => {
      // Two nodes that looked at the same moment: the second finds the statement there.
      if (isDomainError(error, 'statement.refused') && (await this.find(due.origin)) !== null) {
        return null;
      }
      throw error;
    });
    if (done !== null) this.bus.publish(done.hint);
    return done !== null;
  }

  async #append(
    due: Announcement,
    { wire, correlationId }: { readonly wire: string; readonly correlationId: string },
  ): Promise<{ readonly hint: Hint } | null> {
    return this.database.asServer(async (tx) => {
      if ((await this.#find(tx, due.origin)) !== null) return null;
      const { statement } = await this.directory.append({ tx }, wire);
      const { origin, use } = due;
      await this.writer.writeOwn(
        tx,
        {
          type: 'log.key-announced',
          outcome: 'success',
          object: { type: 'log', id: origin },
          states: [...STATES, REGIONAL_AUTHORITY],
          fields: { origin, use, statementHash: statement.id },
        },
        { kind: 'life', correlationId },
      );
      return { hint: hintOf(tx) ?? {} };
    });
  }

  async #sign(due: Announcement, nowMs: number): Promise<string> {
    const signer = this.opened.directory;
    const body = { type: 'log-key', v: 1, state: REGIONAL_AUTHORITY, serial: 1 } as const;
    return signStatementBy(
      { ...body, issuedAt: formatInstant(nowMs), ...due },
      { publicKey: signer.key.publicKey, sign: (message) => signer.sign(message) },
    );
  }

  async #find(tx: Transaction, origin: string): Promise<AnnouncedKey | null> {
    const directory = await this.directory.current(tx);
    const key = { type: 'log-key', state: REGIONAL_AUTHORITY, subject: origin } as const;
    const current = currentOf(directory, key);
    return current && { vkey: current.statement.body.vkey, index: current.index };
  }
}
