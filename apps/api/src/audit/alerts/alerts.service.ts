import type { Alert } from '@enlace/contracts';
import type { AlertsQuery, AlertTransitionRequest } from '@enlace/contracts/dto';
import type { Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { AlertsRepository, type AlertHearer } from './alerts.repository.js';

const PAGE = 200;

/** What auditors, registrars and operators do about alerts. An alert helps; it proves nothing. */
@Injectable()
export class Alerts {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: AlertsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Those of the own State, for operators those about the platform; newest first, at most 200. */
  async list(act: ActContext, { step }: AlertsQuery): Promise<readonly Alert[]> {
    return this.acts.run(act, async (at) => {
      const hearer = hearerOf(at);
      const { state } = hearer;
      this.#permit(at, { id: state, state, isTechnical: hearer.isOperator });
      const alerts = await this.repository.list(at.tx, hearer, { step: step ?? null, limit: PAGE });
      await this.audit.record(at, {
        type: 'audit.viewed',
        outcome: 'success',
        object: { type: 'alert', id: state, ownerState: state },
        states: [state],
        fields: { view: 'alerts', rows: alerts.length },
      });
      return alerts;
    });
  }

  /** Throws `alert.not-found` for one that is not the caller's to know, `alert.at-other-step`. */
  async move(
    act: ActContext,
    alertId: string,
    { step, reason }: AlertTransitionRequest,
  ): Promise<Alert> {
    return this.acts.run(act, async (at) => {
      const hearer = hearerOf(at);
      const found = await this.repository.find(at.tx, hearer, alertId);
      if (found === null) throw new Refusal('alert.not-found');
      const { state, rule, numbers, eventIds } = found.alert;
      this.#permit(at, { id: alertId, state, isTechnical: found.isTechnical });
      if (!(await this.repository.move(at.tx, alertId, { step, nowMs: this.clock.nowMs() }))) {
        throw new Refusal('alert.at-other-step');
      }
      await this.audit.record(at, {
        type: step === 'closed' ? 'alert.closed' : 'alert.acknowledged',
        outcome: 'success',
        object: { type: 'alert', id: alertId, ownerState: state },
        states: [...new Set([state, hearer.state])].toSorted(),
        fields: { rule, numbers, eventIds },
        ...(reason === undefined ? {} : { why: { reasonText: reason } }),
      });
      const moved = await this.repository.find(at.tx, hearer, alertId);
      if (moved === null) throw new Refusal('alert.not-found');
      return moved.alert;
    });
  }

  #permit(
    at: ActTransaction,
    about: { readonly id: string; readonly state: Alert['state']; readonly isTechnical: boolean },
  ): void {
    const { id, state: ownerState, isTechnical } = about;
    const type = isTechnical ? 'technical-alert' : 'alert';
    this.permissions.assert(at, 'audit.acknowledge-alert', { about: { type, id, ownerState } });
  }
}

function hearerOf(at: ActTransaction): AlertHearer {
  const { state, roles } = getSession(at);
  return { state, isOperator: roles.includes('platform-operator') };
}
