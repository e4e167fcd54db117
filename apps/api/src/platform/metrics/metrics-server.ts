import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { StartupRefusal } from '../config/startup-refusal.js';
import { portOf } from '../http/port-of.js';
import { Metrics } from './metrics.js';

/** Metrics never leave the machine by themselves: the operator's agent comes and gets them. */
const METRICS_HOST = '127.0.0.1';
const METRICS_PATH = '/metrics';

/** Serves `/metrics` and nothing else, from when it is told to listen until the application ends. */
@Injectable()
export class MetricsServer implements OnApplicationShutdown {
  private readonly server = createServer((request, response) => {
    void this.answer(request, response);
  });

  constructor(private readonly metrics: Metrics) {}

  /** Returns the port. Throws `StartupRefusal` when it cannot be had. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (cause) => {
        const reason = `METRICS_PORT: cannot listen on ${METRICS_HOST}, port ${port}; choose another`;
        reject(new StartupRefusal([reason], { cause }));
      });
      this.server.listen(port, METRICS_HOST, resolve);
    });
    return portOf(this.server);
  }

  onApplicationShutdown(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.method !== 'GET' || request.url !== METRICS_PATH) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', this.metrics.registry.contentType);
    response.end(await this.metrics.registry.metrics());
  }
}
