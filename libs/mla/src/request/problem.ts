import type { z } from 'zod';

export const PROBLEM_CODES = [
  'not-json',
  'too-large',
  'not-object',
  'schema-version',
  'unknown-field',
  'wrong-type',
  'bad-enum',
  'bad-date',
  'bad-number',
  'bad-format',
  'too-long',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** One place of a malformed document; `path` is an RFC 6901 JSON pointer. */
export interface Problem {
  readonly path: string;
  readonly code: ProblemCode;
}

/** Problems reported at most: enough for a person, and a bound on what hostile input can make us write. */
export const PROBLEM_LIMIT = 1000;

// Attacker-controlled: names of unknown fields travel in pointers, so their length is bounded.
const POINTER_NAME_LIMIT = 100;

export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escapePart(String(part))}`).join('');
}

function escapePart(part: string): string {
  return part.slice(0, POINTER_NAME_LIMIT).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The issues of a schema whose messages are problem codes, as problems. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pointer([...issue.path, key]),
        code: 'unknown-field' as const,
      }));
    }
    return [{ path: pointer(issue.path), code: codeOf(issue.message) }];
  });
}

function codeOf(message: string): ProblemCode {
  return PROBLEM_CODES.find((code) => code === message) ?? 'wrong-type';
}

/** One problem a path, in the order of the paths, whatever the order of the members was. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const byPath = new Map<string, Problem>();
  for (const problem of problems) {
    if (!byPath.has(problem.path)) byPath.set(problem.path, problem);
  }
  return [...byPath.values()]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, PROBLEM_LIMIT);
}
