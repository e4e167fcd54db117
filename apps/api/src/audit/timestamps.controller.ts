import { ROUTES } from '@enlace/contracts';
import { TimestampRequest } from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { Timestamps } from './timestamps.service.js';

/** A time that neither the host nor a State attests stands in the record of the log that it is about. */
@Controller()
export class TimestampsController {
  constructor(private readonly timestamps: Timestamps) {}

  @Post(ROUTES.auditTimestamps)
  @HttpCode(204)
  @ShedFrom('unavailable')
  @Access('audit.mirror')
  @Audited('audit.timestamped')
  async tell(@CurrentAct() act: ActContext, @Body() request: TimestampRequest): Promise<void> {
    await this.timestamps.tell(act, request);
  }
}
