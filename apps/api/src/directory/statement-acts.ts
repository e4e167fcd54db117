import { sha256, toBase64Url, utf8, isDomainError } from '@enlace/kernel';
import { StatementRefused } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';

/** Acts about something that was signed: what does not hold is on record as a statement that was refused. */
@Injectable()
export class StatementActs {
  constructor(
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
  ) {}

  /** As `Acts.run`; a `statement.refused` names the signed object in the record, by its hash. */
  async run<T>(
    act: ActContext,
    signed: { readonly kind: string; readonly wire: string },
    work: (at: ActTransaction) => Promise<T>,
  ): Promise<T> {
    return this.acts.run(act, async (at) => {
      try {
        return await work(at);
      } catch (error) {
        if (isDomainError(error, 'statement.refused')) await this.#record(act, signed, error.facts);
        throw error;
      }
    });
  }

  async #record(
    act: ActContext,
    { kind, wire }: { readonly kind: string; readonly wire: string },
    { rule }: StatementRefused['facts'],
  ): Promise<void> {
    const statementHash = toBase64Url(sha256(utf8(wire)));
    await this.audit.recordDenied(act, {
      type: 'statement.refused',
      reasonCode: 'statement.refused',
      ...(typeof rule === 'string' ? { ruleId: rule } : {}),
      object: { type: 'statement', id: statementHash },
      fields: { kind, statementHash },
    });
  }
}
