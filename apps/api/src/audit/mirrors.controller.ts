import { ROUTES, type MirrorGranted } from '@enlace/contracts';
import { MirrorRequest } from '@enlace/contracts/dto';
import { Body, Controller, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, ForWitnesses } from '../platform/access/declarations.js';
import { GoesOnInRecovery, ShedFrom } from '../platform/backlog/shedding.js';
import { Mirrors } from './mirrors.service.js';

/** Whoever reads what the audit log holds is in it. */
@Controller()
export class MirrorsController {
  constructor(private readonly mirrors: Mirrors) {}

  @Post(ROUTES.auditMirrors)
  @GoesOnInRecovery()
  @ForWitnesses()
  @ShedFrom('unavailable')
  @Access('audit.mirror')
  @Audited('audit.mirrored')
  async mirror(
    @CurrentAct() act: ActContext,
    @Body() request: MirrorRequest,
  ): Promise<MirrorGranted> {
    return this.mirrors.mirror(act, request);
  }
}
