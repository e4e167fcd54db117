import { ROUTES, type AuditEventFound, type AuditEventsFound } from '@enlace/contracts';
import { AuditSearchRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { GoesOnInRecovery, ShedFrom } from '../../platform/backlog/shedding.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { AuditSearches } from './search.service.js';

@Controller()
export class SearchController {
  constructor(private readonly searches: AuditSearches) {}

  @Post(ROUTES.auditSearches)
  @GoesOnInRecovery()
  @HttpCode(200)
  @Limited('auditSearches')
  @ShedFrom('unavailable')
  @Access('audit.search')
  @Audited('audit.searched')
  async search(
    @CurrentAct() act: ActContext,
    @Body() request: AuditSearchRequest,
  ): Promise<AuditEventsFound> {
    return this.searches.search(act, request);
  }

  @Get(ROUTES.auditEvent)
  @Limited('auditSearches')
  @ShedFrom('unavailable')
  @Access('audit.view')
  @Audited('audit.viewed')
  async show(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<AuditEventFound> {
    return this.searches.show(act, id);
  }
}
