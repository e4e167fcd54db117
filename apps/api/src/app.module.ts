import type { TrustStore } from '@enlace/trust';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';

import { DirectoryModule } from './directory/directory.module.js';
import { Origins } from './platform/access/origins.js';
import type { ServerConfig } from './platform/config/config.js';
import { Database } from './platform/database/database.js';
import { HealthController } from './platform/health/health.controller.js';
import { Liveness } from './platform/health/liveness.js';
import { Readiness } from './platform/health/readiness.js';
import { Lifecycle } from './platform/lifecycle.js';
import type { Log } from './platform/logging/log.js';
import { Metrics } from './platform/metrics/metrics.js';
import { MetricsServer } from './platform/metrics/metrics-server.js';
import { OpenApiController } from './platform/openapi/openapi.controller.js';
import { KnownRoutes } from './platform/problem/known-routes.js';
import { ProblemController } from './platform/problem/problem.controller.js';
import { ProblemFilter } from './platform/problem/problem.filter.js';
import { RealtimeGateway } from './platform/realtime/realtime.gateway.js';
import { CONFIG, LOG, TRUST_STORE } from './platform/tokens.js';

/** What `createServer` hands in. */
export interface Foundation {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly database: Database;
  /** Null on a fresh installation: its directory is empty. */
  readonly trustStore: TrustStore | null;
  readonly features: readonly Type[];
}

/** The mechanisms of the platform, for all features. */
@Module({})
export class AppModule {
  static on({ config, log, database, trustStore, features }: Foundation): DynamicModule {
    const shared = [
      { provide: CONFIG, useValue: config },
      { provide: LOG, useValue: log },
      { provide: TRUST_STORE, useValue: trustStore },
      { provide: Database, useValue: database },
      Lifecycle,
      KnownRoutes,
      Metrics,
      Origins,
      ProblemFilter,
    ];
    return {
      module: AppModule,
      global: true,
      imports: [DiscoveryModule, DirectoryModule, ...features],
      controllers: [HealthController, OpenApiController, ProblemController],
      providers: [...shared, Liveness, Readiness, MetricsServer, RealtimeGateway],
      exports: shared,
    };
  }
}
