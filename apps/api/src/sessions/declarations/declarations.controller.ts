import { ROUTES, type PurposeDeclared } from '@enlace/contracts';
import { DeclarationRequest } from '@enlace/contracts/dto';
import { Body, Controller, Post } from '@nestjs/common';

import { GoesOnInRecovery } from '../../platform/backlog/shedding.js';
import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Declarations } from './declarations.service.js';

@Controller()
export class DeclarationsController {
  constructor(private readonly declarations: Declarations) {}

  @Post(ROUTES.declarations)
  @GoesOnInRecovery()
  @Access('purpose.declare')
  @Audited('purpose.declared')
  declare(
    @CurrentAct() act: ActContext,
    @Body() request: DeclarationRequest,
  ): Promise<PurposeDeclared> {
    return this.declarations.declare(act, request);
  }
}
