import { ROUTES, type CaseHeld, type CaseShown } from '@enlace/contracts';
import { CaseHoldRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { CaseHolds } from './case-holds.service.js';
import { CaseLives } from './case-lives.service.js';

@Controller()
export class CaseLivesController {
  constructor(
    private readonly lives: CaseLives,
    private readonly holds: CaseHolds,
  ) {}

  @Post(ROUTES.caseClosing)
  @HttpCode(200)
  @Limited('reads')
  @Access('case.close')
  @Audited('case.closed')
  @ShedFrom('unavailable')
  async close(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<CaseShown> {
    return this.lives.close(act, id);
  }

  @Post(ROUTES.caseReopening)
  @HttpCode(200)
  @Limited('reads')
  @Access('case.reopen')
  @Audited('case.reopened')
  @ShedFrom('unavailable')
  async reopen(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<CaseShown> {
    return this.lives.reopen(act, id);
  }

  @Post(ROUTES.caseHold)
  @HttpCode(200)
  @Limited('reads')
  @Access('case.place-hold')
  @Audited('case.hold-placed')
  @ShedFrom('unavailable')
  async hold(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: CaseHoldRequest,
  ): Promise<CaseHeld> {
    return this.holds.hold(act, id, request);
  }

  @Delete(ROUTES.caseHold)
  @Limited('reads')
  @Access('case.lift-hold')
  @Audited('case.hold-lifted')
  @ShedFrom('unavailable')
  async lift(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: CaseHoldRequest,
  ): Promise<CaseHeld> {
    return this.holds.lift(act, id, request);
  }
}
