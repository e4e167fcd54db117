import { PROBLEM_MEDIA_TYPE, type Problem, type SocketAnswer } from '@enlace/contracts';
import { newId, systemClock, systemRandom } from '@enlace/kernel';
import {
  Catch,
  Inject,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { receiptOf } from '../tlog/given-receipts.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { LOG } from '../tokens.js';
import { KnownRoutes } from './known-routes.js';
import { isFault, toProblem } from './problem-details.js';
import { Refusal } from './refusal.js';

/** Turns every error into problem details: the body of an HTTP answer, or the acknowledgement of a socket event. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(LOG) private readonly log: Log,
    private readonly routes: KnownRoutes,
    private readonly metrics: Metrics,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() === 'ws') this.acknowledge(error, host);
    else this.answer(error, host);
  }

  private answer(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = error instanceof NotFoundException ? this.unmatched(request) : error;
    sendProblem(reply, this.describe(refusal, request.id));
  }

  /** No route has this path and method: 405 where the path has others (RFC 9110, section 15.5.6), else 404. */
  private unmatched(request: FastifyRequest): Refusal {
    const methods = this.routes.methodsOf(request.url);
    if (methods.length === 0 || methods.includes(request.method)) {
      return new Refusal('route.not-found');
    }
    return new Refusal('method.not-allowed', { facts: { allow: methods.join(', ') } });
  }

  /**
   * Arguments are client, data, acknowledgement, event name. A client that asked for no acknowledgement gets none;
   * the payload is never sent back.
   */
  private acknowledge(error: unknown, host: ArgumentsHost): void {
    const problem = this.describe(error, newId(systemClock, systemRandom));
    const acknowledgement: unknown = host.getArgs().at(2);
    const answer: SocketAnswer<never> = { ok: false, problem, ...receiptOf(host) };
    if (typeof acknowledgement === 'function') acknowledgement(answer);
  }

  private describe(error: unknown, requestId: string): Problem {
    const problem = toProblem(error, requestId);
    this.metrics.refused(problem.code);
    if (isFault(problem)) this.log.error('server.fault', { requestId, ...errorFields(error) });
    return problem;
  }
}

/** Sends a problem with the headers that its facts stand for. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { allow, retryAfterSeconds } = problem.facts;
  if (allow !== undefined) void reply.header('allow', allow);
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  void reply
    .code(problem.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(problem));
}
