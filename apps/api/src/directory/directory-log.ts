import type { LoggedStatement } from '@enlace/contracts';
import {
  emptyDirectory,
  replay,
  StatementRefused,
  withQuorumCheckpoint,
  type Directory,
  type TrustStore,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import type { Log } from '../platform/logging/log.js';
import { LOG, TRUST_STORE } from '../platform/tokens.js';
import { DirectoryRepository } from './directory.repository.js';

/** Statements that one query reads while a node catches up. */
const CATCH_UP_STATEMENTS = 1_000;

/** Statements accepted within this time count as public at the same moment, the latest of theirs. */
const PUBLIC_GRAIN_MS = 60_000;

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

  constructor(
    @Inject(TRUST_STORE) trustStore: TrustStore | null,
    private readonly repository: DirectoryRepository,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.#committed = trustStore === null ? null : emptyDirectory(trustStore, null);
  }

  /** The directory as this transaction sees it. Throws `statement.refused` where no trust store is installed. */
  async current(tx: Transaction): Promise<Directory> {
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
