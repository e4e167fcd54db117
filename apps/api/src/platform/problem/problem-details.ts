import { isProblemCode, PROBLEMS, type Problem, type ProblemCode } from '@enlace/contracts';
import { isDomainError, type ErrorDetail, type ErrorFacts } from '@enlace/kernel';
import { HttpException } from '@nestjs/common';

import { statusOf } from './status.js';

/** Places of bad input that one answer names at most. */
const ERRORS_LIMIT = 16;

/** Statuses with which Fastify and Nest refuse by themselves, before any code of ours has seen the request. */
const CODE_OF_FRAMEWORK_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'body.malformed',
  404: 'route.not-found',
  413: 'body.too-large',
  414: 'body.malformed',
  415: 'media-type.unsupported',
};

/** True for what was refused on purpose; anything else is a fault of ours and belongs into the log. */
export function isFault(problem: Problem): boolean {
  return PROBLEMS[problem.code].kind === 'fault';
}

/**
 * RFC 9457 problem details of any error, total. A fault carries its title and the id of the request alone; a code
 * outside the catalogue is a fault as well.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  if (isDomainError(error) && isProblemCode(error.code)) {
    return error.kind === 'fault'
      ? problemOf(error.code, requestId)
      : problemOf(error.code, requestId, error);
  }
  if (error instanceof HttpException) {
    return problemOf(codeOfStatus(error.getStatus()), requestId);
  }
  return problemOf(codeOfStatus(frameworkStatus(error)), requestId);
}

function problemOf(
  code: ProblemCode,
  requestId: string,
  said: { facts: ErrorFacts; errors: readonly ErrorDetail[] } = { facts: {}, errors: [] },
): Problem {
  const detail = Object.entries(said.facts).map(([name, fact]) => `${name}: ${fact}`);
  return {
    type: `/problems/${code}`,
    title: PROBLEMS[code].title.en,
    status: statusOf(code),
    ...(detail.length > 0 ? { detail: detail.join('; ') } : {}),
    instance: `urn:uuid:${requestId}`,
    code,
    facts: said.facts,
    errors: said.errors.slice(0, ERRORS_LIMIT),
  };
}

function codeOfStatus(status: number): ProblemCode {
  return CODE_OF_FRAMEWORK_STATUS[status] ?? 'server.fault';
}

/** Fastify's errors name their status; those of other libraries are not trusted to know ours. */
function frameworkStatus(error: unknown): number {
  if (!(error instanceof Error) || error.name !== 'FastifyError') return 500;
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
