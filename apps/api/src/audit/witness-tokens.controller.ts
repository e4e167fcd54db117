import { ROUTES, type WitnessTokenIssued } from '@enlace/contracts';
import { WitnessParams } from '@enlace/contracts/dto';
import { Controller, Param, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { IssuedTokens } from './issued-tokens.service.js';

/** A registrar lets the witness of the own State read the logs. */
@Controller()
export class WitnessTokensController {
  constructor(private readonly tokens: IssuedTokens) {}

  @Post(ROUTES.witnessTokens)
  @Access('witness.issue-token')
  @Audited('witness.token-issued')
  async issue(
    @CurrentAct() act: ActContext,
    @Param() { name }: WitnessParams,
  ): Promise<WitnessTokenIssued> {
    return this.tokens.issue(act, name);
  }
}
