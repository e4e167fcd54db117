import type { TrustStore } from '@enlace/trust';
import { systemRandom, type Clock } from '@enlace/kernel';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';

import { AttachmentsModule } from './attachments/attachments.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthoritiesModule } from './authorities/authorities.module.js';
import { CasesModule } from './cases/cases.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { DemoModule } from './demo/demo.module.js';
import { BreakGlassModule } from './breakglass/breakglass.module.js';
import { DevicesModule } from './devices/devices.module.js';
import type { Foundation } from './foundation.js';
import { logProviders } from './log-providers.js';
import { DirectoryModule } from './directory/directory.module.js';
import { PeopleModule } from './people/people.module.js';
import { ActGuard } from './platform/access/act-guard.js';
import { Acts } from './platform/access/acts.js';
import { Callers } from './platform/access/callers.js';
import { DenialInterceptor } from './platform/access/denial.interceptor.js';
import { LiveSessions } from './platform/access/live-session.repository.js';
import { SessionEndings } from './platform/realtime/session-endings.js';
import { WitnessTokens } from './platform/access/witness-tokens.js';
import { Origins } from './platform/access/origins.js';
import { Shedding } from './platform/backlog/shedding.js';
import { AddressGate } from './platform/rates/address-gate.js';
import { Admission } from './platform/rates/admission.js';
import { RateGate } from './platform/rates/rate-gate.js';
import { ratesWith, type Rates } from './platform/rates/rates.js';
import { StateShares } from './platform/rates/state-shares.js';
import { TurnInterceptor } from './platform/rates/turn.interceptor.js';
import { Permissions } from './platform/access/permissions.js';
import { HINT_BUS } from './platform/bus/hint-bus.js';
import { ChannelHintBus } from './platform/bus/channel-hint-bus.js';
import { PostgresChannel } from './platform/bus/postgres-channel.js';
import { RedisChannel } from './platform/bus/redis-channel.js';
import type { ServerConfig } from './platform/config/config.js';
import { Database } from './platform/database/database.js';
import { DeploymentController } from './platform/http/deployment.controller.js';
import { HealthController } from './platform/health/health.controller.js';
import { Liveness } from './platform/health/liveness.js';
import { Readiness } from './platform/health/readiness.js';
import { Lifecycle } from './platform/lifecycle.js';
import type { Log } from './platform/logging/log.js';
import { Metrics } from './platform/metrics/metrics.js';
import { MetricsServer } from './platform/metrics/metrics-server.js';
import { OpenApiController } from './platform/openapi/openapi.controller.js';
import { PublishedLogs } from './platform/logs/published-logs.js';
import { WitnessedProofs } from './platform/logs/witnessed-proofs.js';
import { WitnessPolicy } from './platform/logs/witness-policy.js';
import { KnownRoutes } from './platform/problem/known-routes.js';
import { ProblemController } from './platform/problem/problem.controller.js';
import { ProblemFilter } from './platform/problem/problem.filter.js';
import { RealtimeGateway } from './platform/realtime/realtime.gateway.js';
import { SessionSockets } from './platform/realtime/session-sockets.js';
import { SessionWatch } from './platform/realtime/session-watch.js';
import { SERVER_WORK, type ServerWork } from './platform/server-work.js';
import { AuditRecorder } from './platform/tlog/audit-recorder.js';
import { Denials } from './platform/tlog/denials.js';
import { LogWriter } from './platform/tlog/log-writer.js';
import { Receipts } from './platform/tlog/receipts.js';
import {
  AUDITOR_DATABASE,
  CLOCK,
  CONFIG,
  DELIVERY_DATABASE,
  LOG,
  RANDOM,
  RATES,
  TRUST_STORE,
  WATCH_DATABASE,
} from './platform/tokens.js';
import { ReleasesModule } from './releases/releases.module.js';
import { RequestsModule } from './requests/requests.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { ThreadsModule } from './threads/threads.module.js';
import { VaultModule } from './vault/vault.module.js';

/** What `createServer` hands in. */
export interface Ground {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly foundation: Pick<
    Foundation,
    | 'appUrl'
    | 'auditor'
    | 'backup'
    | 'database'
    | 'delivery'
    | 'denials'
    | 'sequencer'
    | 'watch'
    | 'writer'
    | 'keys'
  >;
  /** Null on a fresh installation: its directory is empty. */
  readonly trustStore: TrustStore | null;
  readonly clock: Clock;
  /** Classes that are other than the limits say. */
  readonly rates: Partial<Rates>;
  readonly features: readonly Type[];
}

/** One folder each. */
const FEATURES = [
  AttachmentsModule,
  AuditModule,
  AuthoritiesModule,
  BreakGlassModule,
  CasesModule,
  DeliveryModule,
  DevicesModule,
  DirectoryModule,
  PeopleModule,
  ReleasesModule,
  RequestsModule,
  SessionsModule,
  ThreadsModule,
  VaultModule,
];

/** What features inject, beside what `createServer` hands in. */
const MECHANISMS = [
  LogWriter,
  PublishedLogs,
  WitnessPolicy,
  WitnessedProofs,
  Acts,
  Permissions,
  AddressGate,
  Admission,
  RateGate,
  StateShares,
  Shedding,
  Callers,
  LiveSessions,
  SessionEndings,
  WitnessTokens,
  SessionSockets,
  SessionWatch,
  Lifecycle,
  KnownRoutes,
  Metrics,
  Origins,
  ProblemFilter,
];

/** What no feature injects. */
const OF_THE_DOOR: readonly Provider[] = [
  { provide: APP_GUARD, useClass: ActGuard },
  { provide: APP_INTERCEPTOR, useClass: TurnInterceptor },
  { provide: APP_INTERCEPTOR, useClass: DenialInterceptor },
  Liveness,
  Readiness,
  MetricsServer,
  RealtimeGateway,
];

/** The pools that features ask, each of another role or purpose. */
function poolsOf({ database, auditor, delivery, watch }: Ground['foundation']): Provider[] {
  return [
    { provide: Database, useValue: database },
    { provide: AUDITOR_DATABASE, useValue: auditor },
    { provide: DELIVERY_DATABASE, useValue: delivery },
    { provide: WATCH_DATABASE, useValue: watch },
  ];
}

/** The mechanisms of the platform, for all features. */
@Module({})
export class AppModule {
  static on({
    config,
    log,
    foundation,
    clock,
    rates,
    trustStore,
    features,
  }: Ground): DynamicModule {
    const { appUrl, database, denials, writer, keys, sequencer } = foundation;
    const channel =
      config.busUrl === null
        ? new PostgresChannel(database, appUrl)
        : new RedisChannel(config.busUrl);
    const serverWork: ServerWork = {
      sequencer,
      database,
      writer,
      clock,
      random: systemRandom,
      log,
    };
    const shared = [
      { provide: CONFIG, useValue: config },
      { provide: LOG, useValue: log },
      { provide: CLOCK, useValue: clock },
      { provide: RANDOM, useValue: systemRandom },
      { provide: RATES, useValue: ratesWith(rates) },
      { provide: TRUST_STORE, useValue: trustStore },
      ...poolsOf(foundation),
      { provide: SERVER_WORK, useValue: serverWork },
      {
        provide: Denials,
        useFactory: () => new Denials({ database: denials, writer, clock, log }),
      },
      {
        provide: AuditRecorder,
        useFactory: (refusals: Denials) => new AuditRecorder(writer, refusals),
        inject: [Denials],
      },
      {
        provide: HINT_BUS,
        useFactory: () => new ChannelHintBus({ channel, random: systemRandom, log }),
      },
      { provide: Receipts, useValue: new Receipts(keys.receipts, clock) },
      ...logProviders({ config, log, clock, foundation }),
      ...MECHANISMS,
    ];
    return {
      module: AppModule,
      global: true,
      imports: [DiscoveryModule, ...FEATURES, ...(config.demo ? [DemoModule] : []), ...features],
      controllers: [DeploymentController, HealthController, OpenApiController, ProblemController],
      providers: [...shared, ...OF_THE_DOOR],
      exports: shared,
    };
  }
}
