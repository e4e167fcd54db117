import type { ProblemCode } from '@enlace/contracts';
import { isProblemCode } from '@enlace/contracts';
import { isDomainError, type ErrorKind } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { HINT_BUS, type HintBus } from '../bus/hint-bus.js';
import { hintOf, type Hint } from '../bus/hint.js';
import { Database, type SessionContext, type Transaction } from '../database/database.js';
import { AuditRecorder } from '../tlog/audit-recorder.js';
import type { ActContext, ActTransaction, RecordedEvent } from './act.js';
import { LiveSessions } from './live-session.repository.js';

/** Refusals of what the caller may not do or know, in distinction to acts that could not be done. */
const DENIED: ReadonlySet<ErrorKind> = new Set([
  'unauthenticated',
  'forbidden',
  'absent',
  'integrity',
]);

/** The one way in which a feature acts: one transaction, in the name of its session, with its record in it. */
@Injectable()
export class Acts {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditRecorder,
    private readonly sessions: LiveSessions,
    @Inject(HINT_BUS) private readonly bus: HintBus,
  ) {}

  /**
   * Commits when `work` resolves and the act is recorded as its handler declares; otherwise nothing has happened,
   * and the refusal is on record before the promise rejects. `work` may run again after a lost race. Throws what
   * `work` throws, `audit.unrecorded`, `session.ended`, and `audit.unavailable` when the refusal could not be
   * recorded.
   */
  async run<T>(act: ActContext, work: (at: ActTransaction) => Promise<T>): Promise<T> {
    const done = await this.#transact(act, work).catch(async (error: unknown) => {
      await this.#recordRefusal(act, error);
      throw error;
    });
    if (done.primary !== null) act.onRecorded?.(done.primary);
    if (done.hint !== null) this.bus.publish(done.hint);
    return done.result;
  }

  async #transact<T>(
    act: ActContext,
    work: (at: ActTransaction) => Promise<T>,
  ): Promise<{
    readonly result: T;
    readonly primary: RecordedEvent | null;
    readonly hint: Hint | null;
  }> {
    const attempt = async (tx: Transaction, session: SessionContext | null) => {
      const at = { tx, session, act };
      const result = await work(at);
      const primary = this.audit.getPrimary(at);
      // What is recorded of a session is concluded by it: a revocation comes before the whole act, or after it.
      if (session !== null && act.proof !== null) {
        this.sessions.conclude(tx, session.sessionId, act.proof);
      }
      return { result, primary, hint: hintOf(tx) };
    };
    return act.sidHash === null
      ? this.database.beforeSignIn((tx) => attempt(tx, null))
      : this.database.inSession(act.sidHash, attempt);
  }

  /**
   * A proof's number must not become a gap, so every refusal of an act with a proof is recorded, faults included;
   * without proof, what was denied is. When the database cannot answer there is nothing to record it with.
   */
  async #recordRefusal(act: ActContext, error: unknown): Promise<void> {
    const kind = isDomainError(error) ? error.kind : 'fault';
    const isDenied = DENIED.has(kind);
    const isKnown = act.declared.length > 0 || act.sidHash !== null;
    if (kind === 'unavailable' || (act.proof === null && !(isDenied && isKnown))) return;
    const ruleId = isDomainError(error) ? error.facts['ruleId'] : undefined;
    await this.audit.recordDenied(act, {
      type: 'access.denied',
      outcome: isDenied ? 'denied' : 'failed',
      reasonCode: codeOf(error),
      ...(typeof ruleId === 'string' ? { ruleId } : {}),
      fields: {},
    });
  }
}

function codeOf(error: unknown): ProblemCode {
  return isDomainError(error) && isProblemCode(error.code) ? error.code : 'server.fault';
}
