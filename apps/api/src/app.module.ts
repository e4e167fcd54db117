import type { TrustStore } from '@enlace/trust';
import { systemClock, systemRandom } from '@enlace/kernel';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';

import { AuthoritiesModule } from './authorities/authorities.module.js';
import { DirectoryModule } from './directory/directory.module.js';
import { PeopleModule } from './people/people.module.js';
import { ActGuard } from './platform/access/act-guard.js';
import { Acts } from './platform/access/acts.js';
import { Origins } from './platform/access/origins.js';
import { Permissions } from './platform/access/permissions.js';
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
import { AuditRecorder } from './platform/tlog/audit-recorder.js';
import { Denials } from './platform/tlog/denials.js';
import { EventWriter } from './platform/tlog/event-writer.js';
import { LogWriter } from './platform/tlog/log-writer.js';
import { CLOCK, CONFIG, LOG, RANDOM, TRUST_STORE } from './platform/tokens.js';

/** What `createServer` hands in. */
export interface Foundation {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly database: Database;
  /** Null on a fresh installation: its directory is empty. */
  readonly trustStore: TrustStore | null;
  /** The pool of refusals. */
  readonly denials: Database;
  readonly features: readonly Type[];
}

/** The mechanisms of the platform, for all features. */
@Module({})
export class AppModule {
  static on({ config, log, database, denials, trustStore, features }: Foundation): DynamicModule {
    const clock = systemClock;
    const writer = new EventWriter({ clock, random: systemRandom, node: database.nodeId });
    const shared = [
      { provide: CONFIG, useValue: config },
      { provide: LOG, useValue: log },
      { provide: CLOCK, useValue: clock },
      { provide: RANDOM, useValue: systemRandom },
      { provide: TRUST_STORE, useValue: trustStore },
      { provide: Database, useValue: database },
      {
        provide: Denials,
        useFactory: () => new Denials({ database: denials, writer, clock, log }),
      },
      {
        provide: AuditRecorder,
        useFactory: (refusals: Denials) => new AuditRecorder(writer, refusals),
        inject: [Denials],
      },
      LogWriter,
      Acts,
      Permissions,
      Lifecycle,
      KnownRoutes,
      Metrics,
      Origins,
      ProblemFilter,
    ];
    return {
      module: AppModule,
      global: true,
      imports: [DiscoveryModule, AuthoritiesModule, DirectoryModule, PeopleModule, ...features],
      controllers: [HealthController, OpenApiController, ProblemController],
      providers: [
        ...shared,
        { provide: APP_GUARD, useClass: ActGuard },
        Liveness,
        Readiness,
        MetricsServer,
        RealtimeGateway,
      ],
      exports: shared,
    };
  }
}
