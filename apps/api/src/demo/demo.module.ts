import { Module } from '@nestjs/common';

import { DemoPersonasController } from './demo-personas.controller.js';
import { DemoPersonas } from './demo-personas.service.js';

/** Part of the server in demo mode alone. */
@Module({ controllers: [DemoPersonasController], providers: [DemoPersonas] })
export class DemoModule {}
