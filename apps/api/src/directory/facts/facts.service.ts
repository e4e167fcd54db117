import { STATES, type Approval, type StateCode, type StatementAccepted } from '@enlace/contracts';
import { parseId } from '@enlace/kernel';
import {
  currentOf,
  parseStatement,
  statesOfFact,
  StatementRefused,
  type BodyOf,
  type SignerKey,
} from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Permissions } from '../../platform/access/permissions.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { DirectoryLog } from '../directory-log.js';
import { StatementActs } from '../statement-acts.js';

/** What a State says of its own law and of the rules that read it. The server judges who signs, never what is true. */
@Injectable()
export class Facts {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * A fact takes two cooperation people of its State, a secondary one the secretariat, the review of a rule one
   * central authority or the secretariat; whoever hands it in is one of the signers. Throws `statement.refused`,
   * `access.denied`, `step-up.required`.
   */
  async confirm(act: ActContext, wire: string): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'fact-confirmation', wire }, async (at) => {
      const { body, id } = parseStatement(wire);
      if (body.type !== 'fact-confirmation') throw new StatementRefused('type');
      const isReview = body.path.startsWith('/rules/');
      const about = { type: isReview ? 'rule' : 'fact', id, ownerState: body.state } as const;
      const action = isReview ? 'rule.review' : 'fact.confirm';
      this.permissions.assert(at, action, { about, isProposal: true });
      const { index, signers } = await this.log.append(at, wire);
      const { personId } = getSession(at);
      if (!signers.some((signer) => signer.id === personId)) throw new StatementRefused('signer');
      const approvals = await this.#approvalsOf(at, body.state, signers);
      this.permissions.assert(at, action, { about, approvals });
      await this.audit.record(at, {
        type: isReview ? 'rule.reviewed' : 'fact.confirmed',
        outcome: 'success',
        object: about,
        states: concernedBy(body),
        fields: { path: body.path, statementHash: id },
      });
      return { index, statementId: id };
    });
  }

  async #approvalsOf(
    at: ActTransaction,
    state: StateCode,
    signers: readonly SignerKey[],
  ): Promise<readonly Approval[]> {
    const directory = await this.log.current(at.tx);
    return signers.map(({ id: subject }) => {
      const cert = currentOf(directory, { type: 'person-cert', state, subject });
      return { personId: parseId<never>(subject), state, roles: cert?.statement.body.roles ?? [] };
    });
  }
}

/** Whoever signed, and the States whose facts they are. */
function concernedBy({ state, path }: BodyOf<'fact-confirmation'>): readonly StateCode[] {
  const named = statesOfFact(path);
  return [...new Set([state, ...STATES.filter((one) => named.includes(one))])].toSorted();
}
