import { PROBLEMS, type ProblemCode } from '@enlace/contracts';
import type { ErrorKind } from '@enlace/kernel';

/** The one place where an error becomes an HTTP status. */
const STATUS_OF_KIND = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  absent: 404,
  conflict: 409,
  stale: 409,
  invalid: 422,
  integrity: 422,
  'too-large': 413,
  limit: 429,
  unavailable: 503,
  fault: 500,
} as const satisfies Record<ErrorKind, number>;

/** Refusals for which HTTP has a status of its own (RFC 9110, sections 15.5.6, 15.5.16 and 15.5.17). */
const STATUS_OF_CODE: Partial<Record<ProblemCode, number>> = {
  'attachment.range': 416,
  'method.not-allowed': 405,
  'media-type.unsupported': 415,
};

export function statusOf(code: ProblemCode): number {
  return STATUS_OF_CODE[code] ?? STATUS_OF_KIND[PROBLEMS[code].kind];
}
