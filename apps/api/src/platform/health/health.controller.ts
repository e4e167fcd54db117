import { ROUTES, type HealthReport } from '@enlace/contracts';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { NotAudited, Public } from '../access/declarations.js';
import { Backlog } from '../backlog/backlog.js';
import { Liveness } from './liveness.js';
import { Readiness } from './readiness.js';

/** Says whether, never why: strangers may ask. The reason is in the log and in the metrics. */
@Controller()
export class HealthController {
  constructor(
    private readonly liveness: Liveness,
    private readonly readiness: Readiness,
    private readonly backlog: Backlog,
  ) {}

  @Get(ROUTES.healthLive)
  @Public()
  @NotAudited('liveness: no personal data, no case data')
  live(@Res({ passthrough: true }) reply: FastifyReply): HealthReport {
    return report(reply, this.liveness.isAlive());
  }

  @Get(ROUTES.healthReady)
  @Public()
  @NotAudited('readiness: no personal data, no case data')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const { status } = report(reply, await this.readiness.isReady());
    if (status !== 'ok') return { status };
    if (this.backlog.isHalted) return { status: 'recovery' };
    return { status: this.backlog.step === 'none' ? 'ok' : 'degraded' };
  }
}

function report(reply: FastifyReply, healthy: boolean): HealthReport {
  void reply.code(healthy ? 200 : 503);
  return { status: healthy ? 'ok' : 'failing' };
}
