import { ROUTES, type AuditIntegrity, type AuditViewShown } from '@enlace/contracts';
import { AuditViewParams, AuditViewQuery } from '@enlace/contracts/dto';
import { Controller, Get, Param, Query } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../../platform/access/declarations.js';
import { ShedFrom } from '../../platform/backlog/shedding.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { Integrity } from './integrity.service.js';
import { AuditViews } from './views.service.js';

@Controller()
export class ViewsController {
  constructor(
    private readonly views: AuditViews,
    private readonly integrity: Integrity,
  ) {}

  @Get(ROUTES.auditView)
  @Limited('auditSearches')
  @ShedFrom('unavailable')
  @Access('audit.view')
  @Audited('audit.viewed')
  async show(
    @CurrentAct() act: ActContext,
    @Param() { view }: AuditViewParams,
    @Query() query: AuditViewQuery,
  ): Promise<AuditViewShown> {
    return this.views.show(act, view, query);
  }

  @Get(ROUTES.auditIntegrity)
  @Limited('logReads')
  @Access('audit.integrity')
  @NotAudited('the integrity page: impersonal, the same for everybody')
  async showIntegrity(@CurrentAct() act: ActContext): Promise<AuditIntegrity> {
    return this.integrity.show(act);
  }
}
