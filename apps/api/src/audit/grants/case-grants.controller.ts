import { ROUTES, type CaseGrant } from '@enlace/contracts';
import { CaseGrantRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { GoesOnInRecovery } from '../../platform/backlog/shedding.js';
import { CaseGrants } from './case-grants.service.js';

@Controller()
export class CaseGrantsController {
  constructor(private readonly grants: CaseGrants) {}

  @Post(ROUTES.auditScopes)
  @HttpCode(200)
  @Access('audit.grant-scope')
  @Audited('audit-scope.granted')
  async ask(@CurrentAct() act: ActContext, @Body() body: CaseGrantRequest): Promise<CaseGrant> {
    return this.grants.ask(act, body);
  }

  @Post(ROUTES.auditScopeApproval)
  @HttpCode(200)
  @Access('audit.grant-scope')
  @Audited('audit-scope.granted')
  async approve(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<CaseGrant> {
    return this.grants.approve(act, id);
  }

  @Delete(ROUTES.auditScope)
  @GoesOnInRecovery()
  @Access('audit.grant-scope')
  @Audited('audit-scope.revoked')
  async revoke(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<CaseGrant> {
    return this.grants.revoke(act, id);
  }
}
