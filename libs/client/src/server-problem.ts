import { isProblemCode, PROBLEMS, type ProblemCode } from '@enlace/contracts';
import {
  DomainError,
  isJsonObject,
  type ErrorDetail,
  type ErrorFacts,
  type ErrorKind,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

/** The code of an answer that this build does not know, or that has not the form of a problem at all. */
export const UNKNOWN_PROBLEM = 'client.unknown-problem';

/**
 * A refusal of the server as a typed error. Callers branch on `code`; the text people read comes from the catalogue of
 * the program by `code`, never from `detail`, because the server writes it.
 */
export class ServerProblem extends DomainError {
  override readonly kind: ErrorKind;

  constructor(
    override readonly code: ProblemCode | typeof UNKNOWN_PROBLEM,
    options: { facts?: ErrorFacts; errors?: readonly ErrorDetail[] } = {},
  ) {
    super(`the server answered ${code}`, options);
    const kind = code === UNKNOWN_PROBLEM ? 'fault' : PROBLEMS[code].kind;
    // A fault of the server says nothing about the request: the caller may try again, as when it is not available.
    this.kind = kind === 'fault' ? 'unavailable' : kind;
  }
}

/**
 * Rebuilds the error from the body of an answer or the problem of an acknowledgement. Never throws: what has another
 * form becomes `client.unknown-problem`, and members of another type are dropped.
 */
// Attacker-controlled: the whole value is the server's.
export function serverProblem(body: JsonValue): ServerProblem {
  const problem = asObject(body);
  const code = problem['code'];
  if (typeof code !== 'string' || !isProblemCode(code)) return new ServerProblem(UNKNOWN_PROBLEM);
  return new ServerProblem(code, {
    facts: readFacts(problem['facts']),
    errors: readErrors(problem['errors']),
  });
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function readFacts(value: JsonValue | undefined): ErrorFacts {
  const facts = Object.entries(asObject(value)).flatMap(([name, fact]) =>
    typeof fact === 'string' || typeof fact === 'number' ? [[name, fact] as const] : [],
  );
  return Object.fromEntries(facts);
}

function readErrors(value: JsonValue | undefined): readonly ErrorDetail[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue) => {
    const { pointer, code, detail } = asObject(item);
    return typeof pointer === 'string' && typeof code === 'string' && typeof detail === 'string'
      ? [{ pointer, code, detail }]
      : [];
  });
}
