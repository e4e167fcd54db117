import { ROUTES, type DemoPersona } from '@enlace/contracts';
import { Controller, Get } from '@nestjs/common';

import { NotAudited, Public } from '../platform/access/declarations.js';
import { DemoPersonas } from './demo-personas.service.js';

@Controller()
export class DemoPersonasController {
  constructor(private readonly personas: DemoPersonas) {}

  @Get(ROUTES.demoPersonas)
  @Public()
  @NotAudited('the people of the demo: invented, for the browser of this machine')
  async list(): Promise<readonly DemoPersona[]> {
    return this.personas.list();
  }
}
