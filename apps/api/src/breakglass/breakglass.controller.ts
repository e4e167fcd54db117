import { ROUTES, type BreakGlassEntry, type BreakGlassInvoked } from '@enlace/contracts';
import {
  BreakGlassParams,
  BreakGlassRequest,
  BreakGlassReviewRequest,
} from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { BreakGlassActs } from './breakglass.service.js';

@Controller()
export class BreakGlassController {
  constructor(private readonly breakGlass: BreakGlassActs) {}

  @Get(ROUTES.breakGlass)
  @Limited('reads')
  @Access('audit.integrity')
  @NotAudited('break-glass acts: impersonal, signed by States, the same for everybody')
  async list(@CurrentAct() act: ActContext): Promise<readonly BreakGlassEntry[]> {
    return this.breakGlass.list(act);
  }

  @Post(ROUTES.breakGlass)
  @GoesOnInRecovery()
  @Access('breakglass.invoke')
  @Audited('breakglass.invoked')
  async invoke(
    @CurrentAct() act: ActContext,
    @Body() { wire }: BreakGlassRequest,
  ): Promise<BreakGlassInvoked> {
    return this.breakGlass.invoke(act, wire);
  }

  @Post(ROUTES.breakGlassReview)
  @GoesOnInRecovery()
  @HttpCode(200)
  @Access('breakglass.review')
  @Audited('breakglass.reviewed')
  async review(
    @CurrentAct() act: ActContext,
    @Param() { nonce }: BreakGlassParams,
    @Body() body: BreakGlassReviewRequest,
  ): Promise<BreakGlassEntry> {
    return this.breakGlass.review(act, nonce, body);
  }
}
