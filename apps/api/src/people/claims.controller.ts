import { ROUTES, type InvitationStanding, type PasskeyOptions } from '@enlace/contracts';
import { ClaimedDeviceRequest, ClaimRequest, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Audited, NotAudited, Public } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { ClaimedDevices } from './claimed-devices.service.js';
import { Claims } from './claims.service.js';

/** The ceremony, as the invited person carries it: there is no session yet, so signatures speak. */
@Controller()
export class ClaimsController {
  constructor(
    private readonly claims: Claims,
    private readonly devices: ClaimedDevices,
  ) {}

  @Post(ROUTES.invitationClaimOptions)
  @Limited('claims')
  @HttpCode(200)
  @Public()
  @NotAudited('before a claim: a number for its passkeys, the same for everybody')
  async options(): Promise<PasskeyOptions> {
    return this.claims.options();
  }

  @Post(ROUTES.invitationClaim)
  @Limited('claims')
  @Public()
  @Audited('person.claimed')
  async claim(
    @CurrentAct() act: ActContext,
    @Body() body: ClaimRequest,
  ): Promise<InvitationStanding> {
    return this.claims.claim(act, body);
  }

  @Post(ROUTES.invitationClaimStatus)
  @Limited('claims')
  @HttpCode(200)
  @Public()
  @NotAudited('the device of a claim asks how far its own ceremony is')
  async poll(@Body() { wire }: StatementRequest): Promise<InvitationStanding> {
    return this.claims.poll(wire);
  }

  @Post(ROUTES.invitationClaimDevice)
  @Limited('claims')
  @Public()
  @Audited('device.enrolled', 'passkey.added')
  async enrolDevice(
    @CurrentAct() act: ActContext,
    @Body() { invitationId, wire }: ClaimedDeviceRequest,
  ): Promise<InvitationStanding> {
    return this.devices.enrol(act, invitationId, wire);
  }
}
