import { ROUTES, type ReleaseStanding } from '@enlace/contracts';
import { WebReleaseRequest } from '@enlace/contracts/dto';
import { Body, Controller, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, Public } from '../platform/access/declarations.js';
import { Releases } from './releases.service.js';

@Controller()
export class ReleasesController {
  constructor(private readonly releases: Releases) {}

  @Post(ROUTES.releases)
  @Access('release.activate')
  @Audited('release.proposed', 'release.activated')
  async handIn(
    @CurrentAct() act: ActContext,
    @Body() { note }: WebReleaseRequest,
  ): Promise<ReleaseStanding> {
    return this.releases.handIn(act, note);
  }

  @Post(ROUTES.foundingReleases)
  @Public()
  @Audited('release.activated')
  async found(
    @CurrentAct() act: ActContext,
    @Body() { note }: WebReleaseRequest,
  ): Promise<ReleaseStanding> {
    return this.releases.found(act, note);
  }
}
