import { ROUTES, type DeploymentShown } from '@enlace/contracts';
import { Controller, Get, Inject } from '@nestjs/common';

import { NotAudited, Public } from '../access/declarations.js';
import type { ServerConfig } from '../config/config.js';
import { CONFIG } from '../tokens.js';

/** What a page has to know of its server before anybody signs in. */
@Controller()
export class DeploymentController {
  constructor(@Inject(CONFIG) private readonly config: ServerConfig) {}

  @Get(ROUTES.deployment)
  @Public()
  @NotAudited('deployment: no personal data, the same for everybody')
  show(): DeploymentShown {
    return { isDemo: this.config.demo };
  }
}
