import { parseBase64Url, type Clock } from '@enlace/kernel';
import { reentryCodeHash } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { Database, type Transaction } from '../../platform/database/database.js';
import { CLOCK } from '../../platform/tokens.js';
import { ReentryRepository } from './reentry.repository.js';

/** A code as somebody typed it. */
export interface TypedCode {
  readonly reentryId: string;
  readonly code: string;
}

/** Codes of re-entry, as somebody shows them who has no session. */
@Injectable()
export class ReentryCodes {
  constructor(
    private readonly database: Database,
    private readonly repository: ReentryRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** True for the right code. A wrong one is counted in a transaction of its own, although the act is refused. */
  async try(typed: TypedCode): Promise<boolean> {
    return this.database.beforeSignIn((tx) => this.repository.tryCode(tx, this.#shown(typed)));
  }

  /** Spends the code and says whose it was; `null` when it is none. */
  async spend(tx: Transaction, typed: TypedCode): Promise<string | null> {
    return this.repository.spend(tx, this.#shown(typed));
  }

  #shown({ reentryId, code }: TypedCode) {
    const codeHash = reentryCodeHash(parseBase64Url(code));
    return { reentryId, codeHash, nowMs: this.clock.nowMs() };
  }
}
