import { systemClock, systemRandom, type Clock } from '@enlace/kernel';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { AppModule, type Ground } from './app.module.js';
import { openTrustedDirectory } from './directory/refill/trusted-directory.js';
import { beginWork } from './begin-work.js';
import { listenRefusal, openFoundation, type Foundation } from './foundation.js';
import type { ServerConfig } from './platform/config/config.js';
import { Origins } from './platform/access/origins.js';
import { isLoopbackHost } from './platform/config/loopback.js';
import { fastifyOptions } from './platform/http/fastify-options.js';
import { portOf } from './platform/http/port-of.js';
import { FrameworkLog } from './platform/logging/framework-log.js';
import { createLog, type Log } from './platform/logging/log.js';
import { MetricsServer } from './platform/metrics/metrics-server.js';
import type { Admission } from './platform/realtime/handshakes.js';
import { openDoor } from './open-door.js';
import { shutDown, type Running } from './shutdown.js';
import { behindGate, loadClient } from './served-client.js';

export interface ServerOptions {
  /** Where log lines go; standard output by default. */
  readonly log?: Log;
  /** Folder of the built browser client; without it the server answers for the API alone. */
  readonly webRoot?: string;
  /** Serve the client though nobody released it. */
  readonly forTestsOnlyUnreleasedClient?: boolean;
  /** Accept a temporary database that does not flush to disk; no variable or flag sets it. */
  readonly allowUnsyncedDatabase?: boolean;
  /** Further modules, checked and guarded like the server's own. */
  readonly forTestsOnlyFeatures?: readonly Type[];
  /** The clock that sessions, challenges and nonces are judged by. */
  readonly forTestsOnlyClock?: Clock;
  /** Classes of requests and events of which more, or fewer, are taken than the limits say. */
  readonly forTestsOnlyRates?: Ground['rates'];
  /** Lets sockets in that no session stands behind. */
  readonly forTestsOnlyAdmission?: Admission;
}

/** A server that is built and answers nobody yet. */
export interface Server {
  readonly app: NestFastifyApplication;
  /** The keys under which this deployment's logs sign, as its trust store has to name them. */
  readonly logs: Foundation['keys']['logs'];
  /** Starts to accept connections; returns the URL. Throws `StartupRefusal` when the port cannot be had. */
  listen(): Promise<string>;
  /** Stops accepting, lets acts under way end, closes what was opened. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Builds the server with everything it needs; `main` and the tests use the same one. Throws `StartupRefusal` when a
 * handler does not declare who may call it and what is recorded of it.
 */
export async function createServer(
  config: ServerConfig,
  options: ServerOptions = {},
): Promise<Server> {
  const log = options.log ?? createLog(config.logLevel);
  const client = await loadClient(options.webRoot, config);
  const clock = options.forTestsOnlyClock ?? systemClock;
  const opened = await openFoundation(config, {
    log,
    clock,
    allowUnsyncedDatabase: options.allowUnsyncedDatabase,
  });
  try {
    const ports = { ...opened, clock, random: systemRandom, log };
    const { text, trustStore } = await openTrustedDirectory(config, ports);
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.on({
        config,
        log,
        foundation: opened,
        trustStore,
        clock,
        rates: options.forTestsOnlyRates ?? {},
        features: options.forTestsOnlyFeatures ?? [],
      }),
      new FastifyAdapter(fastifyOptions(config)),
      { bodyParser: false, abortOnError: false, logger: new FrameworkLog(log) },
    );
    const admission = options.forTestsOnlyAdmission ?? null;
    const isUnreleased = options.forTestsOnlyUnreleasedClient ?? false;
    const webClient = await behindGate(app, client, { text, isUnreleased });
    const sockets = openDoor(app, { config, log, webClient, admission });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    await beginWork(app, { database: opened.database, sockets });
    return serverOn({ app, http: app.getHttpServer(), sockets, log, opened }, config);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function serverOn(running: Running, config: ServerConfig): Server {
  let closing: Promise<void> | undefined;
  return {
    app: running.app,
    logs: running.opened.keys.logs,
    listen: async () => listen(running.app, config),
    close: async () => (closing ??= shutDown(running)),
  };
}

async function listen(app: NestFastifyApplication, config: ServerConfig): Promise<string> {
  try {
    await app.listen(config.port, config.host);
  } catch (cause) {
    throw listenRefusal(config, cause);
  }
  if (config.metricsPort !== null) await app.get(MetricsServer).listen(config.metricsPort);
  const port = portOf(app.getHttpServer());
  const host = isLoopbackHost(config.host) ? 'localhost' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  app.get(Origins).listeningAt(url);
  return config.publicOrigin ?? url;
}
