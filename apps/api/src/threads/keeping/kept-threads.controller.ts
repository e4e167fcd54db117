import { ROUTES, type ThreadsListed } from '@enlace/contracts';
import {
  ConsultationRequest,
  IdParams,
  ThreadExportRequest,
  ThreadsQuery,
} from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { ShedFrom } from '../../platform/backlog/shedding.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { KeptThreads } from './kept-threads.service.js';
import { ThreadUses } from './thread-uses.service.js';

@Controller()
export class KeptThreadsController {
  constructor(
    private readonly kept: KeptThreads,
    private readonly uses: ThreadUses,
  ) {}

  @Get(ROUTES.threads)
  @Limited('reads')
  @Access('thread.list')
  @Audited('thread.listed')
  @ShedFrom('unavailable')
  async list(@CurrentAct() act: ActContext, @Query() query: ThreadsQuery): Promise<ThreadsListed> {
    return this.kept.list(act, query);
  }

  @Post(ROUTES.threadConsultations)
  @HttpCode(204)
  @Limited('reads')
  @Access('thread.consult')
  @Audited('thread.consulted')
  @ShedFrom('unavailable')
  async consult(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: ConsultationRequest,
  ): Promise<void> {
    await this.uses.consult(act, id, request);
  }

  @Post(ROUTES.threadExports)
  @HttpCode(204)
  @Limited('threadExports')
  @Access('thread.export')
  @Audited('thread.exported')
  @ShedFrom('backlogged')
  async export(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: ThreadExportRequest,
  ): Promise<void> {
    await this.uses.export(act, id, request);
  }
}
