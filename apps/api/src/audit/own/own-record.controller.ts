import { ROUTES, type OwnEvents, type OwnReceipts } from '@enlace/contracts';
import { OwnEventsQuery, OwnReceiptsRequest } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';

import { GoesOnInRecovery } from '../../platform/backlog/shedding.js';
import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, NotAudited } from '../../platform/access/declarations.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { OwnRecord } from './own-record.service.js';

/** Reading one's own part of the record leaves no event: a receipt for asking about receipts would never end. */
@Controller()
export class OwnRecordController {
  constructor(private readonly record: OwnRecord) {}

  @Get(ROUTES.auditOwnEvents)
  @Limited('reads')
  @Access('audit.own-events')
  @NotAudited('own: everything that was done in the name of the person who asks')
  async events(@CurrentAct() act: ActContext, @Query() query: OwnEventsQuery): Promise<OwnEvents> {
    return this.record.events(act, query);
  }

  @Post(ROUTES.auditOwnReceipts)
  @GoesOnInRecovery()
  @HttpCode(200)
  @Limited('logReads')
  @Access('audit.own-receipts')
  @NotAudited('own: an event for checking a receipt would give a receipt to check, for ever')
  async receipts(
    @CurrentAct() act: ActContext,
    @Body() body: OwnReceiptsRequest,
  ): Promise<OwnReceipts> {
    return this.record.receipts(act, body);
  }
}
