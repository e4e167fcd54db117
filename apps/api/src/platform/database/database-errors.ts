import { DomainError } from '@enlace/kernel';
import { QueryFailedError } from 'typeorm';

/** The session of the transaction does not exist, ended, was revoked or expired. */
export class SessionEnded extends DomainError {
  override readonly code = 'session.ended';
  override readonly kind = 'unauthenticated';
}

/** PostgreSQL refused: no grant, a policy, or no security context. */
export class AccessDenied extends DomainError {
  override readonly code = 'access.denied';
  override readonly kind = 'forbidden';
}

/**
 * The row collides with one that exists and that the caller may not be allowed to know about; a feature that
 * names its constraint turns it into its own answer.
 */
export class WriteConflict extends DomainError {
  override readonly code = 'write.conflict';
  override readonly kind = 'conflict';

  constructor(
    /** Name of the unique constraint. It never travels to a client. */
    readonly constraint: string,
    options: { cause: unknown },
  ) {
    super('a row with the same key exists', options);
  }
}

/** The database has no room to write. Reads go on; writes work again when there is room, without a restart. */
export class StorageFull extends DomainError {
  override readonly code = 'storage.full';
  override readonly kind = 'unavailable';
}

/**
 * The database cannot be reached, did not answer in time or has no free connection. When the connection broke
 * during the commit the outcome is unknown: the caller repeats with the same id and the same bytes, never with
 * a new id.
 */
export class ServiceUnavailable extends DomainError {
  override readonly code = 'service.unavailable';
  override readonly kind = 'unavailable';
}

/** When whoever was refused for the moment may come again. In seconds. */
const AGAIN_S = 1;

/** The same where it is known that the transaction did nothing: whoever asks again takes no risk. */
export function undoneForNow(message: string, cause: unknown): ServiceUnavailable {
  return new ServiceUnavailable(message, { cause, facts: { retryAfterSeconds: AGAIN_S } });
}

/** Classes of SQLSTATE that tell of the server's state, not of the statement: connection, resources, operator. */
const UNAVAILABLE_CLASSES = ['08', '53', '57', '58'];

/** One code each: read-only (a standby), idle in transaction too long. */
const UNAVAILABLE_CODES = ['25006', '25P03'];

const DISK_FULL = '53100';
const OUT_OF_MEMORY = '53200';
const INSUFFICIENT_PRIVILEGE = '42501';
const UNIQUE_VIOLATION = '23505';
const RETRYABLE_CODES = ['40001', '40P01'];

/** A lock, a statement or a connection that was not granted in time: PostgreSQL said so, and undid the rest. */
const UNDONE_CODES = [...RETRYABLE_CODES, '53300', '55P03', '57014'];

/** Serialization failure or deadlock: the transaction had no effect and may be run again. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE_CODES.includes(sqlState(error) ?? '');
}

/**
 * Whether the error came from PostgreSQL itself, with a SQLSTATE. No class of them begins with E, and all codes of Node
 * do: `EPIPE` of a connection that broke has five letters too.
 */
export function sqlState(error: unknown): string | undefined {
  const code = errorCode(error);
  return code !== undefined && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether the error, or what caused it, came over a connection to the database. */
export function sawDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isOwn = error instanceof QueryFailedError || sqlState(error) !== undefined;
  return isOwn || sawDatabaseError(error.cause);
}

/**
 * A statement that PostgreSQL did not answer: the connection broke or stayed silent. A mistake of the caller
 * (a value that cannot be sent) has another class of error and is not one.
 */
export function isDriverFailure(error: unknown): boolean {
  if (!(error instanceof QueryFailedError) || sqlState(error) !== undefined) return false;
  return error.driverError.name === 'Error';
}

/**
 * The one place where an error of PostgreSQL becomes one of ours. What it does not know (a constraint broken
 * by a bug, a wrong statement, any error of the act itself) is returned as it came and ends as a fault.
 */
export function translateDatabaseError(error: unknown): unknown {
  const state = sqlState(error);
  const options = { cause: error };
  if (state === undefined || error instanceof DomainError) return error;
  if (state === INSUFFICIENT_PRIVILEGE) {
    return memberOf(error, 'schema') === 'guard'
      ? new SessionEnded('the session is not valid', options)
      : new AccessDenied('the database refused', options);
  }
  if (state === UNIQUE_VIOLATION) {
    return new WriteConflict(memberOf(error, 'constraint') ?? '', options);
  }
  if (state === DISK_FULL || state === OUT_OF_MEMORY) {
    return new StorageFull('the database has no room', options);
  }
  if (UNDONE_CODES.includes(state)) return undoneForNow('the database cannot do this now', error);
  if (UNAVAILABLE_CLASSES.includes(state.slice(0, 2)) || UNAVAILABLE_CODES.includes(state)) {
    return new ServiceUnavailable('the database cannot do this now', options);
  }
  return error;
}

/** The code that Node or PostgreSQL gave the error, if it is one that has a code. */
export function errorCode(error: unknown): string | undefined {
  return memberOf(error, 'code');
}

function memberOf(error: unknown, name: 'code' | 'schema' | 'constraint'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
