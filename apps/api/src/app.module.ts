import { Module, type DynamicModule } from '@nestjs/common';

import { Origins } from './platform/access/origins.js';
import type { ServerConfig } from './platform/config/config.js';
import { HealthController } from './platform/health/health.controller.js';
import { Liveness } from './platform/health/liveness.js';
import { Readiness } from './platform/health/readiness.js';
import { Lifecycle } from './platform/lifecycle.js';
import type { Log } from './platform/logging/log.js';
import { KnownRoutes } from './platform/problem/known-routes.js';
import { ProblemController } from './platform/problem/problem.controller.js';
import { ProblemFilter } from './platform/problem/problem.filter.js';
import { CONFIG, LOG } from './platform/tokens.js';

/** What `createServer` hands in. */
export interface Foundation {
  readonly config: ServerConfig;
  readonly log: Log;
}

@Module({})
export class AppModule {
  static on({ config, log }: Foundation): DynamicModule {
    const provided = [
      { provide: CONFIG, useValue: config },
      { provide: LOG, useValue: log },
      Lifecycle,
      KnownRoutes,
      Origins,
      ProblemFilter,
    ];
    return {
      module: AppModule,
      global: true,
      controllers: [HealthController, ProblemController],
      providers: [...provided, Liveness, Readiness],
      exports: provided,
    };
  }
}
