import { ROUTES, type CaseShown, type CasesShown, type CaseStatistics } from '@enlace/contracts';
import { CasesQuery, CaseStateRequest, IdParams, OpenCaseRequest } from '@enlace/contracts/dto';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { Cases } from './cases.service.js';

@Controller()
export class CasesController {
  constructor(private readonly cases: Cases) {}

  @Post(ROUTES.cases)
  @Limited('reads')
  @Access('case.create')
  @Audited('case.created')
  @ShedFrom('unavailable')
  async open(@CurrentAct() act: ActContext, @Body() request: OpenCaseRequest): Promise<CaseShown> {
    return this.cases.open(act, request);
  }

  @Get(ROUTES.cases)
  @Limited('reads')
  @Access('case.list')
  @Audited('case.listed')
  @ShedFrom('unavailable')
  async list(@CurrentAct() act: ActContext, @Query() query: CasesQuery): Promise<CasesShown> {
    return this.cases.list(act, query);
  }

  /** Before the route that takes any name in its place. */
  @Get(ROUTES.caseStatistics)
  @Limited('reads')
  @Access('case.statistics')
  @Audited('audit.statistics-viewed')
  @ShedFrom('unavailable')
  async count(@CurrentAct() act: ActContext): Promise<CaseStatistics> {
    return this.cases.count(act);
  }

  @Get(ROUTES.caseShown)
  @Limited('reads')
  @Access('case.consult')
  @Audited('case.consulted')
  @ShedFrom('unavailable')
  async show(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<CaseShown> {
    return this.cases.show(act, id);
  }

  @Post(ROUTES.caseStates)
  @Limited('reads')
  @Access('case.add-state')
  @Audited('case.state-added')
  @ShedFrom('unavailable')
  async addState(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: CaseStateRequest,
  ): Promise<CaseShown> {
    return this.cases.addState(act, id, request);
  }
}
