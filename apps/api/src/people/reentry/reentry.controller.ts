import { ROUTES, type ReentryStanding } from '@enlace/contracts';
import { IdParams, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Reentries } from './reentry.service.js';

/** Codes with which somebody comes back, as registrars issue them. */
@Controller()
export class ReentryController {
  constructor(private readonly reentries: Reentries) {}

  @Post(ROUTES.personReentryCodes)
  @Access('person.recover')
  @Audited('person.reentry-issued')
  async propose(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<ReentryStanding> {
    return this.reentries.propose(act, id, wire);
  }

  @Post(ROUTES.personReentryApproval)
  @Access('person.recover')
  @Audited('person.reentry-issued')
  async approve(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<ReentryStanding> {
    return this.reentries.approve(act, id, wire);
  }
}
