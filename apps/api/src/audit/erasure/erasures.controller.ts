import { ROUTES, type Erasure } from '@enlace/contracts';
import { ErasureRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Erasures } from './erasures.service.js';

@Controller()
export class ErasuresController {
  constructor(private readonly erasures: Erasures) {}

  @Post(ROUTES.auditErasures)
  @HttpCode(200)
  @Access('audit.erase')
  @Audited('section.erased')
  async ask(@CurrentAct() act: ActContext, @Body() body: ErasureRequest): Promise<Erasure> {
    return this.erasures.ask(act, body);
  }

  @Post(ROUTES.auditErasureApproval)
  @HttpCode(200)
  @Access('audit.erase')
  @Audited('section.erased')
  async approve(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<Erasure> {
    return this.erasures.approve(act, id);
  }
}
