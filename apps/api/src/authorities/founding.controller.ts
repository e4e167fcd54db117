import { ROUTES, type InvitationStanding, type StatementAccepted } from '@enlace/contracts';
import { IdParams, ProposeInvitationRequest, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Param, Post } from '@nestjs/common';

import { Certificates } from '../people/certificates.service.js';
import { Invitations } from '../people/invitations.service.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Audited, Public } from '../platform/access/declarations.js';
import { Authorities } from './authorities.service.js';
import { ROOT_STATEMENT_EVENTS } from './statement-events.js';

/**
 * The same acts for a State that nobody can sign in for yet: it begins with signatures. Closed, State by State,
 * as soon as two of its registrars have accounts.
 */
@Controller()
export class FoundingController {
  constructor(
    private readonly authorities: Authorities,
    private readonly invitations: Invitations,
    private readonly certificates: Certificates,
  ) {}

  @Post(ROUTES.foundingStatements)
  @Public()
  @Audited(...ROOT_STATEMENT_EVENTS, 'office.changed')
  async submit(
    @CurrentAct() act: ActContext,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.authorities.found(act, wire);
  }

  @Post(ROUTES.foundingInvitations)
  @Public()
  @Audited('person.invited')
  async propose(
    @CurrentAct() act: ActContext,
    @Body() body: ProposeInvitationRequest,
  ): Promise<InvitationStanding> {
    return this.invitations.propose(act, body);
  }

  @Post(ROUTES.foundingInvitationApproval)
  @Public()
  @Audited('person.invitation-approved')
  async approve(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<InvitationStanding> {
    return this.invitations.approve(act, id, wire);
  }

  @Post(ROUTES.foundingCertificate)
  @Public()
  @Audited('person.certified')
  async certify(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<InvitationStanding> {
    return this.certificates.certify(act, id, wire);
  }
}
