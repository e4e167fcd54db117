import {
  ROUTES,
  type DeviceSummary,
  type PasskeyOptions,
  type StatementAccepted,
} from '@enlace/contracts';
import { CertifyDeviceRequest, IdParams, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { DeviceCertificates } from './device-certificates.service.js';
import { Devices } from './devices.service.js';

@Controller()
export class DevicesController {
  constructor(
    private readonly devices: Devices,
    private readonly certificates: DeviceCertificates,
  ) {}

  @Get(ROUTES.devices)
  @Access('device.renew')
  @NotAudited('the own devices, which every client replicates in the statements log')
  async list(@CurrentAct() act: ActContext): Promise<readonly DeviceSummary[]> {
    return this.devices.list(act);
  }

  @Post(ROUTES.devices)
  @Access('device.enrol')
  @Audited('device.enrolled', 'device.renewed', 'passkey.added', 'passkey.removed')
  async certify(
    @CurrentAct() act: ActContext,
    @Body() request: CertifyDeviceRequest,
  ): Promise<StatementAccepted> {
    return this.certificates.certify(act, request);
  }

  @Post(ROUTES.deviceOptions)
  @Limited('stepUps')
  @HttpCode(200)
  @Access('device.enrol')
  @NotAudited('before a certificate: a number for passkeys, answered by an act that is recorded')
  async options(@CurrentAct() act: ActContext): Promise<PasskeyOptions> {
    return this.certificates.options(act);
  }

  @Post(ROUTES.deviceRevocation)
  @GoesOnInRecovery()
  @Access('device.revoke')
  @Audited('device.revoked')
  async revoke(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.devices.revoke(act, id, wire);
  }
}
