import { ROUTES, type SignInChallenge, type StepUpGranted } from '@enlace/contracts';
import { StepUpRequest } from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { deliver } from './deliver.js';
import { StepUps } from './step-ups.service.js';

@Controller()
export class StepUpsController {
  constructor(private readonly stepUps: StepUps) {}

  @Post(ROUTES.stepUpChallenges)
  @GoesOnInRecovery()
  @Limited('stepUps')
  @HttpCode(200)
  @Access('session.elevate')
  @NotAudited('before a step-up: a challenge, answered by an act that is recorded')
  challenge(@CurrentAct() act: ActContext): Promise<SignInChallenge> {
    return this.stepUps.challenge(act);
  }

  @Post(ROUTES.stepUp)
  @GoesOnInRecovery()
  @Limited('stepUps')
  @Access('session.elevate')
  @Audited('session.elevated')
  async elevate(
    @CurrentAct() act: ActContext,
    @Body() request: StepUpRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StepUpGranted> {
    return deliver(await this.stepUps.elevate(act, request), reply);
  }
}
