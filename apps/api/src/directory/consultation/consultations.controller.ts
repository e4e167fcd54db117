import {
  ROUTES,
  type ContactsProposed,
  type DirectoryFound,
  type Institutions,
  type PersonProfile,
} from '@enlace/contracts';
import { DirectorySearchRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import { GoesOnInRecovery } from '../../platform/backlog/shedding.js';
import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { Consultations } from './consultations.service.js';
import { InstitutionsExport } from './institutions.service.js';

@Controller()
export class ConsultationsController {
  constructor(
    private readonly consultations: Consultations,
    private readonly institutions: InstitutionsExport,
  ) {}

  @Post(ROUTES.directorySearch)
  @GoesOnInRecovery()
  @Limited('reads')
  @HttpCode(200)
  @Access('directory.search')
  @Audited('directory.searched')
  async search(
    @CurrentAct() act: ActContext,
    @Body() filter: DirectorySearchRequest,
  ): Promise<DirectoryFound> {
    return this.consultations.search(act, filter);
  }

  @Get(ROUTES.personProfile)
  @Limited('reads')
  @Access('person.consult')
  @Audited('person.consulted')
  async consult(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<PersonProfile> {
    return this.consultations.consult(act, id);
  }

  @Get(ROUTES.contacts)
  @Limited('reads')
  @Access('directory.search')
  @Audited('directory.searched')
  async listProposals(@CurrentAct() act: ActContext): Promise<ContactsProposed> {
    return this.consultations.listProposals(act);
  }

  @Post(ROUTES.institutions)
  @HttpCode(200)
  @Access('directory.publish-institutions')
  @Audited('directory.institutions-published')
  async publish(@CurrentAct() act: ActContext): Promise<Institutions> {
    return this.institutions.publish(act);
  }
}
