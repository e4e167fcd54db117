import { ROUTES, type DeviceSummary, type StatementAccepted } from '@enlace/contracts';
import { IdParams, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { Devices } from './devices.service.js';

@Controller()
export class DevicesController {
  constructor(private readonly devices: Devices) {}

  @Get(ROUTES.devices)
  @Access('device.renew')
  @NotAudited('the own devices, which every client replicates in the statements log')
  async list(@CurrentAct() act: ActContext): Promise<readonly DeviceSummary[]> {
    return this.devices.list(act);
  }

  @Post(ROUTES.devices)
  @Access('device.enrol')
  @Audited('device.enrolled', 'device.renewed')
  async certify(
    @CurrentAct() act: ActContext,
    @Body() { wire }: StatementRequest,
  ): Promise<StatementAccepted> {
    return this.devices.certify(act, wire);
  }

  @Post(ROUTES.deviceRevocation)
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
