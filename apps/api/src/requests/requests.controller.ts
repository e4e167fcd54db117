import { ROUTES, type RequestShown, type RequestsShown } from '@enlace/contracts';
import {
  CreateRequestRequest,
  IdParams,
  RequestReminderRequest,
  RequestsQuery,
  RequestStatusRequest,
} from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { Requests } from './requests.service.js';

@Controller()
export class RequestsController {
  constructor(private readonly requests: Requests) {}

  @Post(ROUTES.requests)
  @Limited('reads')
  @Access('request.create')
  @Audited('request.created')
  @ShedFrom('unavailable')
  async create(
    @CurrentAct() act: ActContext,
    @Body() request: CreateRequestRequest,
  ): Promise<RequestShown> {
    return this.requests.create(act, request);
  }

  @Get(ROUTES.requests)
  @Limited('reads')
  @Access('request.list-status')
  @Audited('request.listed')
  @ShedFrom('unavailable')
  async list(@CurrentAct() act: ActContext, @Query() query: RequestsQuery): Promise<RequestsShown> {
    return this.requests.list(act, query);
  }

  @Get(ROUTES.requestShown)
  @Limited('reads')
  @Access('request.consult')
  @Audited('request.consulted')
  @ShedFrom('unavailable')
  async show(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<RequestShown> {
    return this.requests.show(act, id);
  }

  /** Which action it is, the step decides: each has its own row in the policy table. */
  @Post(ROUTES.requestStatus)
  @HttpCode(200)
  @Limited('reads')
  @Access('request.edit')
  @Audited('request.shared', 'request.frozen', 'request.status-changed', 'opinion.given')
  @ShedFrom('unavailable')
  async move(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: RequestStatusRequest,
  ): Promise<RequestShown> {
    return this.requests.move(act, id, request);
  }

  @Put(ROUTES.requestReminder)
  @Limited('reads')
  @Access('request.remind')
  @Audited('request.reminder-set')
  @ShedFrom('unavailable')
  async remind(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: RequestReminderRequest,
  ): Promise<RequestShown> {
    return this.requests.remind(act, id, request);
  }
}
