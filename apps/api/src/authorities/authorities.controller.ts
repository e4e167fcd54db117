import { ROUTES, type StatementAccepted } from '@enlace/contracts';
import { IdParams, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Param, Post } from '@nestjs/common';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { Authorities } from './authorities.service.js';
import { Registrars } from './registrars.service.js';
import { ROOT_STATEMENT_EVENTS } from './statement-events.js';

@Controller()
export class AuthoritiesController {
  constructor(
    private readonly authorities: Authorities,
    private readonly registrars: Registrars,
  ) {}

  @Post(ROUTES.authorityStatements)
  @Access('authority.submit')
  @Audited(...ROOT_STATEMENT_EVENTS)
  async submit(
    @CurrentAct() act: ActContext,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.authorities.submit(act, wire);
  }

  @Post(ROUTES.registrarRevocation)
  @GoesOnInRecovery()
  @Access('authority.submit')
  @Audited('registrar.revoked')
  async revokeRegistrar(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.registrars.revoke(act, id, wire);
  }

  @Post(ROUTES.offices)
  @Access('office.change')
  @Audited('office.changed')
  async changeOffice(
    @CurrentAct() act: ActContext,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.authorities.changeOffice(act, wire);
  }
}
