import type { ProblemCode } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; the targets of the platform are 0.15 and 0.4. */
const DURATION_BUCKETS = [0.005, 0.02, 0.05, 0.15, 0.4, 1, 2.5, 10];

/**
 * What operators watch, in Prometheus form. Labels are methods, route templates, statuses and codes: few values, and
 * none is an id of a person, a case or a thread. Each server has a registry of its own.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'enlace_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });
  private readonly refusals = new Counter({
    name: 'enlace_refusals_total',
    help: 'Requests, events and handshakes that were refused, by problem code',
    labelNames: ['code'],
    registers: [this.registry],
  });
  private readonly slowSockets = new Counter({
    name: 'enlace_slow_sockets_total',
    help: 'Sockets that were cut off because too much waited for them',
    registers: [this.registry],
  });

  constructor() {
    // Event loop lag, heap and CPU of the process.
    collectDefaultMetrics({ register: this.registry });
  }

  answered(answer: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = answer;
    this.requests.observe({ method, route, status }, seconds);
  }

  refused(code: ProblemCode): void {
    this.refusals.inc({ code });
  }

  slow(): void {
    this.slowSockets.inc();
  }

  /** A value that is read whenever the metrics are. */
  observe(name: string, help: string, read: () => Readonly<Record<string, number>>): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [],
      collect() {
        for (const [kind, value] of Object.entries(read())) this.set({ kind }, value);
      },
    });
    this.registry.registerMetric(gauge);
  }
}
