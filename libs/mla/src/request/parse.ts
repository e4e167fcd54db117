import { mlaRequest, SCHEMA_VERSION, type MlaRequest } from './model.js';
import { plainCopy, REQUEST_SIZE_LIMIT } from './plain-copy.js';
import { inOrder, problemsOf, type Problem } from './problem.js';

/** A request that has the form of the model, or every place where it has not. */
export type ParsedRequest =
  | { readonly kind: 'request'; readonly request: MlaRequest }
  | { readonly kind: 'malformed'; readonly problems: readonly Problem[] };

/** Reads a request from the text of a file. Never throws; what is wrong is named with its JSON pointer. */
export function parseRequest(json: string): ParsedRequest {
  if (json.length > REQUEST_SIZE_LIMIT) return malformed([{ path: '', code: 'too-large' }]);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return malformed([{ path: '', code: 'not-json' }]);
  }
  return readRequest(value);
}

/** Reads a request from any value. Total: no value whatever makes it throw, and it never changes its argument. */
export function readRequest(value: unknown): ParsedRequest {
  const { copy, problems } = plainCopy(value);
  if (problems.some(({ path }) => path === '')) return malformed(problems);
  if (!isRecord(copy)) return malformed([{ path: '', code: 'not-object' }]);
  if (copy['schemaVersion'] !== SCHEMA_VERSION) {
    return malformed([{ path: '/schemaVersion', code: 'schema-version' }]);
  }
  const parsed = mlaRequest.safeParse(copy);
  if (parsed.success && problems.length === 0) return { kind: 'request', request: parsed.data };
  return malformed([...problems, ...(parsed.success ? [] : problemsOf(parsed.error))]);
}

function malformed(problems: readonly Problem[]): ParsedRequest {
  return { kind: 'malformed', problems: inOrder(problems) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
