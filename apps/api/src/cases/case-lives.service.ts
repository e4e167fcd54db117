import type { Action, CaseShown } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CaseLivesRepository } from './case-lives.repository.js';
import { Cases } from './cases.service.js';

/** How a case ends and comes back. */
@Injectable()
export class CaseLives {
  constructor(
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly repository: CaseLivesRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /** No thread begins in it any more; those that it has go on. Throws `case.not-found`, `access.denied`. */
  async close(act: ActContext, id: string): Promise<CaseShown> {
    return this.#turn(act, id, { action: 'case.close', to: 'closed', type: 'case.closed' });
  }

  /** Throws `case.not-found`, `access.denied` for one that is open. */
  async reopen(act: ActContext, id: string): Promise<CaseShown> {
    return this.#turn(act, id, { action: 'case.reopen', to: 'open', type: 'case.reopened' });
  }

  async #turn(
    act: ActContext,
    id: string,
    turn: {
      readonly action: Action;
      readonly to: CaseShown['status'];
      readonly type: 'case.closed' | 'case.reopened';
    },
  ): Promise<CaseShown> {
    return this.acts.run(act, async (at) => {
      const before = await this.cases.findFor(at, id, turn.action);
      const { caseId, ownerState, states } = before;
      if (!(await this.repository.setStatus(at.tx, caseId, turn.to))) {
        throw new Refusal('case.conflict');
      }
      const object = { type: 'case', id: caseId, ownerState } as const;
      const about = { outcome: 'success', object, states, caseId, fields: {} } as const;
      await this.audit.record(at, { ...about, type: turn.type });
      return { ...before, status: turn.to };
    });
  }
}
