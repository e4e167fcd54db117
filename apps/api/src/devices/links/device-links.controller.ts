import {
  ROUTES,
  type DeviceLinkHeard,
  type DeviceLinkOffered,
  type DeviceLinkShown,
  type DeviceLinkTaken,
} from '@enlace/contracts';
import { DeviceLinkPartRequest, IdParams, StatementRequest } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, NotAudited, Public } from '../../platform/access/declarations.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { DeviceLinks } from './device-links.service.js';

/** The relay between a new device and one of the person that is certified; what comes of it is a certificate. */
@Controller()
export class DeviceLinksController {
  constructor(private readonly links: DeviceLinks) {}

  @Post(ROUTES.deviceLinks)
  @Limited('claims')
  @Public()
  @NotAudited(
    'a device that nobody knows offers its keys; the certificate that follows is recorded',
  )
  async offer(@Body() { wire }: StatementRequest): Promise<DeviceLinkOffered> {
    return this.links.offer(wire);
  }

  @Post(ROUTES.deviceLinkStatus)
  @Limited('deviceLinks')
  @HttpCode(200)
  @Public()
  @NotAudited('the device of an offer asks what was answered to it')
  async hear(@Body() { wire }: StatementRequest): Promise<DeviceLinkHeard> {
    return this.links.hear(wire);
  }

  @Get(ROUTES.deviceLink)
  @Limited('deviceLinks')
  @Access('device.renew')
  @NotAudited('an offer of keys, before a certificate that is recorded')
  async show(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<DeviceLinkShown> {
    return this.links.show(act, id);
  }

  @Post(ROUTES.deviceLink)
  @Limited('deviceLinks')
  @HttpCode(200)
  @Access('device.renew')
  @NotAudited('words between two devices of one person, beside a certificate that is recorded')
  async say(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() body: DeviceLinkPartRequest,
  ): Promise<DeviceLinkTaken> {
    return this.links.say(act, id, body);
  }
}
