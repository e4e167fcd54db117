import { Controller, Module, Post } from '@nestjs/common';

import type { ActContext } from '../../apps/api/src/platform/access/act.js';
import { CurrentAct } from '../../apps/api/src/platform/access/act-guard.js';
import { Access, Audited } from '../../apps/api/src/platform/access/declarations.js';

@Controller('test')
class ShownController {
  @Post('shown')
  @Access('office.change')
  @Audited('office.changed')
  shown(@CurrentAct() { why, stepUp }: ActContext): object {
    return { why, stepUp: stepUp ?? null };
  }
}

/** A route through which tests see what the door found out about a call. */
@Module({ controllers: [ShownController] })
export class ShownFeature {}
