/** The kinds of failure; each becomes one HTTP status in the server's problem filter. */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'absent'
  | 'conflict'
  | 'stale'
  | 'invalid'
  | 'integrity'
  | 'too-large'
  | 'limit'
  | 'unavailable'
  /** A bug of ours that has a code of its own, because what it stopped matters to whoever operates the server. */
  | 'fault';

/** Ids, numbers and limits that explain an error. Never content, names or keys: facts travel to clients and logs. */
export type ErrorFacts = Readonly<Record<string, string | number>>;

/** One place of bad input: `pointer` is an RFC 6901 JSON pointer into what the caller sent. */
export interface ErrorDetail {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/**
 * The only error that services and libraries throw on purpose. `code` is stable and listed in the problem catalogue;
 * callers branch on `code` or `kind`, never on the message text.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  readonly facts: ErrorFacts;
  readonly errors: readonly ErrorDetail[];

  constructor(
    message: string,
    options: { cause?: unknown; facts?: ErrorFacts; errors?: readonly ErrorDetail[] } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.facts = options.facts ?? {};
    this.errors = options.errors ?? [];
  }
}

/** Narrows an unknown error to a `DomainError` with one of the given codes; without codes, to any. */
export function isDomainError(error: unknown, ...codes: readonly string[]): error is DomainError {
  return error instanceof DomainError && (codes.length === 0 || codes.includes(error.code));
}
