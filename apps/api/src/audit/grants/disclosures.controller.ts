import { ROUTES, type Disclosure } from '@enlace/contracts';
import { DisclosureRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Disclosures } from './disclosures.service.js';

@Controller()
export class DisclosuresController {
  constructor(private readonly disclosures: Disclosures) {}

  @Post(ROUTES.auditDisclosures)
  @HttpCode(200)
  @Access('audit.disclose')
  @Audited('section.disclosed')
  async ask(@CurrentAct() act: ActContext, @Body() body: DisclosureRequest): Promise<Disclosure> {
    return this.disclosures.ask(act, body);
  }

  @Post(ROUTES.auditDisclosureApproval)
  @HttpCode(200)
  @Access('audit.disclose')
  @Audited('section.disclosed')
  async approve(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<Disclosure> {
    return this.disclosures.approve(act, id);
  }
}
