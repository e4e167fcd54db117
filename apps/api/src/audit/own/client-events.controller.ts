import { ROUTES, type ClientEventsTaken } from '@enlace/contracts';
import { ClientEventsRequest, DisputeRequest } from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';

import { GoesOnInRecovery } from '../../platform/backlog/shedding.js';
import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { ClientEvents } from './client-events.service.js';

@Controller()
export class ClientEventsController {
  constructor(private readonly events: ClientEvents) {}

  @Post(ROUTES.auditClientEvents)
  @GoesOnInRecovery()
  @HttpCode(200)
  @Limited('reads')
  @Access('audit.client-events')
  @Audited('client.reported')
  async report(
    @CurrentAct() act: ActContext,
    @Body() body: ClientEventsRequest,
  ): Promise<ClientEventsTaken> {
    return this.events.report(act, body);
  }

  @Post(ROUTES.auditOwnDisputes)
  @GoesOnInRecovery()
  @HttpCode(200)
  @Limited('reads')
  @Access('audit.disputes')
  @Audited('client.reported')
  async dispute(
    @CurrentAct() act: ActContext,
    @Body() body: DisputeRequest,
  ): Promise<ClientEventsTaken> {
    return this.events.dispute(act, body);
  }
}
