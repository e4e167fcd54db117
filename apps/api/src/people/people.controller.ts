import { ROUTES, type PersonSummary, type StatementAccepted } from '@enlace/contracts';
import { IdParams, PeopleQuery, RenewPersonRequest, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { People } from './people.service.js';
import { Renewal } from './renewal.service.js';
import { Standing } from './standing.service.js';

/** People who have a certificate: what it says next, and that it ends. */
@Controller()
export class PeopleController {
  constructor(
    private readonly people: People,
    private readonly renewal: Renewal,
    private readonly standing: Standing,
  ) {}

  @Get(ROUTES.people)
  @Limited('reads')
  @Access('person.list')
  @Audited('person.listed')
  async list(
    @CurrentAct() act: ActContext,
    @Query() { after }: PeopleQuery,
  ): Promise<readonly PersonSummary[]> {
    return this.people.list(act, after);
  }

  @Post(ROUTES.personActivation)
  @HttpCode(204)
  @Access('device.renew')
  @Audited('person.activated')
  async activate(@CurrentAct() act: ActContext): Promise<void> {
    await this.people.activate(act);
  }

  @Post(ROUTES.personFreeze)
  @GoesOnInRecovery()
  @HttpCode(204)
  @Access('person.freeze')
  @Audited('person.frozen')
  async freeze(@CurrentAct() act: ActContext): Promise<void> {
    await this.people.freezeMe(act);
  }

  @Post(ROUTES.personUnfreeze)
  @HttpCode(204)
  @Access('person.unfreeze')
  @Audited('person.unfrozen')
  async unfreeze(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<void> {
    await this.people.unfreeze(act, id);
  }

  @Post(ROUTES.personRevocation)
  @GoesOnInRecovery()
  @Access('person.revoke')
  @Audited('person.revoked', 'person.suspended')
  async revoke(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.standing.revoke(act, id, wire);
  }

  @Post(ROUTES.personCertificate)
  @Access('person.certify')
  @Audited('person.renewed', 'person.role-changed', 'person.reinstated')
  async renew(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() body: RenewPersonRequest,
  ): Promise<StatementAccepted> {
    return this.renewal.certify(act, id, body);
  }
}
