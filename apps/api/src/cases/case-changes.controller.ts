import { ROUTES, type CaseMemberShown, type CaseReported, type CaseShown } from '@enlace/contracts';
import {
  CaseChangeRequest,
  CaseMemberParams,
  CaseMemberRequest,
  CaseStateParams,
  IdParams,
} from '@enlace/contracts/dto';
import { Body, Controller, Delete, HttpCode, Param, Patch, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { CaseChanges } from './case-changes.service.js';

@Controller()
export class CaseChangesController {
  constructor(private readonly changes: CaseChanges) {}

  @Patch(ROUTES.caseShown)
  @Limited('reads')
  @Access('case.update')
  @Audited('case.updated')
  @ShedFrom('unavailable')
  async update(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: CaseChangeRequest,
  ): Promise<CaseShown> {
    return this.changes.update(act, id, request);
  }

  @Post(ROUTES.caseMembers)
  @HttpCode(200)
  @Limited('reads')
  @Access('case.add-member')
  @Audited('case.member-added')
  @ShedFrom('unavailable')
  async addMember(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: CaseMemberRequest,
  ): Promise<CaseMemberShown> {
    return this.changes.addMember(act, id, request);
  }

  @Delete(ROUTES.caseMember)
  @Limited('reads')
  @Access('case.remove-member')
  @Audited('case.member-removed')
  @ShedFrom('unavailable')
  async removeMember(
    @CurrentAct() act: ActContext,
    @Param() params: CaseMemberParams,
  ): Promise<CaseMemberShown> {
    return this.changes.removeMember(act, params);
  }

  @Delete(ROUTES.caseState)
  @Limited('reads')
  @Access('case.remove-state')
  @Audited('case.state-removed')
  @ShedFrom('unavailable')
  async removeState(
    @CurrentAct() act: ActContext,
    @Param() { id, stateCode }: CaseStateParams,
  ): Promise<CaseShown> {
    return this.changes.removeState(act, id, stateCode);
  }

  @Post(ROUTES.caseReport)
  @HttpCode(200)
  @Limited('reads')
  @Access('case.report-up')
  @Audited('case.reported-up')
  @ShedFrom('unavailable')
  async reportUp(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<CaseReported> {
    return this.changes.reportUp(act, id);
  }
}
