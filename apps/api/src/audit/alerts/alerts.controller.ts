import { ROUTES, type Alert } from '@enlace/contracts';
import { AlertsQuery, AlertTransitionRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { Alerts } from './alerts.service.js';

@Controller()
export class AlertsController {
  constructor(private readonly alerts: Alerts) {}

  @Get(ROUTES.auditAlerts)
  @Limited('reads')
  @Access('audit.acknowledge-alert')
  @Audited('audit.viewed')
  async list(
    @CurrentAct() act: ActContext,
    @Query() query: AlertsQuery,
  ): Promise<readonly Alert[]> {
    return this.alerts.list(act, query);
  }

  @Post(ROUTES.auditAlertTransitions)
  @HttpCode(200)
  @Access('audit.acknowledge-alert')
  @Audited('alert.acknowledged', 'alert.closed')
  async move(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() body: AlertTransitionRequest,
  ): Promise<Alert> {
    return this.alerts.move(act, id, body);
  }
}
