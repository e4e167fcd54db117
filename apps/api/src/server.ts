import type { AddressInfo } from 'node:net';

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { AppModule } from './app.module.js';
import { Origins } from './platform/access/origins.js';
import type { ServerConfig } from './platform/config/config.js';
import { isLoopbackHost } from './platform/config/loopback.js';
import { StartupRefusal } from './platform/config/startup-refusal.js';
import { useStrictJson } from './platform/http/body-parser.js';
import { guardRequests } from './platform/http/door.js';
import { fastifyOptions } from './platform/http/fastify-options.js';
import { Lifecycle } from './platform/lifecycle.js';
import { FrameworkLog } from './platform/logging/framework-log.js';
import { createLog, type Log } from './platform/logging/log.js';
import { KnownRoutes } from './platform/problem/known-routes.js';
import { ProblemFilter } from './platform/problem/problem.filter.js';
import { createValidationPipe } from './platform/problem/validation.js';
import { serveWebClient } from './platform/web-client/serve-web-client.js';
import { loadWebClient } from './platform/web-client/web-client.js';

export interface ServerOptions {
  /** Where log lines go; standard output by default. */
  readonly log?: Log;
  /** Folder of the built browser client; without it the server answers for the API alone. */
  readonly webRoot?: string;
}

/** A server that is built and answers nobody yet. */
export interface Server {
  readonly app: NestFastifyApplication;
  /** Starts to accept connections; returns the URL. Throws `StartupRefusal` when the port cannot be had. */
  listen(): Promise<string>;
  /** Stops accepting, lets requests in flight end, closes what was opened. Safe to call twice. */
  close(): Promise<void>;
}

/** Builds the server with everything it needs; `main` and the tests use the same one. */
export async function createServer(
  config: ServerConfig,
  options: ServerOptions = {},
): Promise<Server> {
  const log = options.log ?? createLog(config.logLevel);
  const webClient =
    options.webRoot === undefined ? null : await loadWebClient(options.webRoot, config);
  const adapter = new FastifyAdapter(fastifyOptions(config));
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.on({ config, log }),
    adapter,
    { bodyParser: false, abortOnError: false, logger: new FrameworkLog(log) },
  );
  const fastify = adapter.getInstance();
  useStrictJson(fastify);
  if (webClient) serveWebClient(fastify, webClient);
  guardRequests(fastify, {
    config,
    log,
    origins: app.get(Origins),
    routes: app.get(KnownRoutes),
    lifecycle: app.get(Lifecycle),
  });
  app.useGlobalFilters(app.get(ProblemFilter));
  app.useGlobalPipes(createValidationPipe());
  await app.init();
  await fastify.ready();
  return { app, listen: async () => listen(app, config), close: closeOnce(app) };
}

async function listen(app: NestFastifyApplication, config: ServerConfig): Promise<string> {
  try {
    await app.listen(config.port, config.host);
  } catch (cause) {
    throw listenRefusal(config, cause);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens has an address
  const { port } = app.getHttpServer().address() as AddressInfo;
  const host = isLoopbackHost(config.host) ? 'localhost' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  app.get(Origins).listeningAt(url);
  return config.publicOrigin ?? url;
}

function listenRefusal(config: ServerConfig, cause: unknown): StartupRefusal {
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  const reason =
    code === 'EADDRINUSE'
      ? `PORT: ${config.port} is in use; stop the program that has it, or choose another port`
      : `HOST, PORT: cannot listen on ${config.host}, port ${config.port} (${String(code)})`;
  return new StartupRefusal([reason], { cause });
}

function closeOnce(app: NestFastifyApplication): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return async () => {
    closing ??= shutDown(app);
    return closing;
  };
}

async function shutDown(app: NestFastifyApplication): Promise<void> {
  app.get(Lifecycle).drain();
  await app.close();
}
