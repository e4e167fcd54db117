import { ROUTES } from '@enlace/contracts';
import { Controller, HttpCode, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { Activation } from './activation.service.js';

@Controller()
export class ActivationController {
  constructor(private readonly activation: Activation) {}

  @Post(ROUTES.personActivation)
  @HttpCode(204)
  @Access('device.enrol')
  @Audited('person.activated')
  async activate(@CurrentAct() act: ActContext): Promise<void> {
    await this.activation.activate(act);
  }
}
