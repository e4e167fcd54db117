import { ROUTES, type ManifestPage } from '@enlace/contracts';
import { ManifestsQuery } from '@enlace/contracts/dto';
import { Controller, Get, Query } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { ShedFrom } from '../../platform/backlog/shedding.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { ManifestReading } from './manifest-reading.service.js';

/** What auditors compute the manifests of their State from. */
@Controller()
export class ManifestsController {
  constructor(private readonly manifests: ManifestReading) {}

  @Get(ROUTES.auditManifests)
  @Limited('reads')
  @ShedFrom('unavailable')
  @Access('audit.view')
  @Audited('audit.viewed')
  async page(@CurrentAct() act: ActContext, @Query() query: ManifestsQuery): Promise<ManifestPage> {
    return this.manifests.page(act, query);
  }
}
