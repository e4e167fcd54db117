import { ROUTES } from '@enlace/contracts';
import { Controller, Get } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

import { NotAudited, Public } from '../access/declarations.js';
import { listDeclarations } from '../access/inventory.js';
import { describeApi, type Description } from './describe-api.js';

/** The interface as it is: made from the handlers that run, so that it cannot describe another one. */
@Controller()
export class OpenApiController {
  private description: Description | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

  @Get(ROUTES.openApi)
  @Public()
  @NotAudited('the description of the interface: impersonal, the same for everybody')
  show(): Description {
    this.description ??= describeApi(listDeclarations(this.discovery));
    return this.description;
  }
}
