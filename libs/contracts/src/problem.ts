import type { ErrorDetail, ErrorFacts } from '@enlace/kernel';

import type { ProblemCode } from './problem-catalogue.js';

/**
 * RFC 9457 problem details, the one form of every refusal: HTTP bodies, socket acknowledgements, refused handshakes.
 */
export interface Problem {
  /** `/problems/<code>`: a page that the server itself serves, in Spanish and English. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** `urn:uuid:<request id>`, the id that the structured log carries. */
  readonly instance: string;
  readonly code: ProblemCode;
  readonly facts: ErrorFacts;
  readonly errors: readonly ErrorDetail[];
}

/** Media type of a problem (RFC 9457, section 3). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
