import { ROUTES, type StatementAccepted } from '@enlace/contracts';
import { StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Facts } from './facts.service.js';

@Controller()
export class FactsController {
  constructor(private readonly facts: Facts) {}

  /** Whether it is a fact or the review of a rule, the path of the statement decides: each has its own row. */
  @Post(ROUTES.facts)
  @Access('fact.confirm')
  @Audited('fact.confirmed', 'rule.reviewed')
  async confirm(
    @CurrentAct() act: ActContext,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.facts.confirm(act, wire);
  }
}
