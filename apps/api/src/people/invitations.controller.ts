import { ROUTES, type InvitationStanding, type InvitationSummary } from '@enlace/contracts';
import { IdParams, ProposeInvitationRequest, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { Certificates } from './certificates.service.js';
import { Invitations } from './invitations.service.js';
import { OpenInvitations } from './open-invitations.service.js';

/** The ceremony, as registrars carry it. */
@Controller()
export class InvitationsController {
  constructor(
    private readonly invitations: Invitations,
    private readonly certificates: Certificates,
    private readonly open: OpenInvitations,
  ) {}

  @Get(ROUTES.invitations)
  @Limited('reads')
  @Access('person.list')
  @Audited('person.listed')
  async list(@CurrentAct() act: ActContext): Promise<readonly InvitationSummary[]> {
    return this.open.list(act);
  }

  @Post(ROUTES.invitations)
  @Access('person.invite')
  @Audited('person.invited')
  async propose(
    @CurrentAct() act: ActContext,
    @Body() body: ProposeInvitationRequest,
  ): Promise<InvitationStanding> {
    return this.invitations.propose(act, body);
  }

  @Post(ROUTES.invitationApproval)
  @Access('person.invite')
  @Audited('person.invitation-approved')
  async approve(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<InvitationStanding> {
    return this.invitations.approve(act, id, wire);
  }

  @Post(ROUTES.invitationCertificate)
  @Access('person.certify')
  @Audited('person.certified')
  async certify(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<InvitationStanding> {
    return this.certificates.certify(act, id, wire);
  }

  @Delete(ROUTES.invitation)
  @HttpCode(204)
  @Access('person.invite')
  @Audited('person.invitation-cancelled')
  async cancel(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<void> {
    await this.open.cancel(act, id);
  }
}
