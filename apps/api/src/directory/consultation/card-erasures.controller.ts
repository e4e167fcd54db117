import { ROUTES, type CardErasure } from '@enlace/contracts';
import { CardParams } from '@enlace/contracts/dto';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { CardErasures } from './card-erasures.service.js';

@Controller()
export class CardErasuresController {
  constructor(private readonly erasures: CardErasures) {}

  @Post(ROUTES.cardErasure)
  @HttpCode(200)
  @Access('card.erase')
  @Audited('card.erased')
  async ask(@CurrentAct() act: ActContext, @Param() { card }: CardParams): Promise<CardErasure> {
    return this.erasures.ask(act, card);
  }

  @Post(ROUTES.cardErasureApproval)
  @HttpCode(200)
  @Access('card.erase')
  @Audited('card.erased')
  async approve(
    @CurrentAct() act: ActContext,
    @Param() { card }: CardParams,
  ): Promise<CardErasure> {
    return this.erasures.approve(act, card);
  }
}
