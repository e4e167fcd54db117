import { JSON_DEPTH_LIMIT } from '@enlace/kernel';

import { pointer, type Problem } from './problem.js';
import { LIST_LIMIT } from './scalars.js';

/** Characters of a request at most (1 MiB of ASCII); a text that is larger is not even parsed. */
export const REQUEST_SIZE_LIMIT = 1_048_576;

interface Walk {
  readonly problems: Problem[];
  /** Where the walk stands: one list that grows and shrinks, because every value of a request passes here. */
  readonly path: PropertyKey[];
  budget: number;
}

/**
 * Attacker-controlled: a copy of any value as plain data, null members as absent ones. Stops at 12
 * levels, at 1 MiB of text and just behind the length limit of lists, keeps no prototype but that of plain objects, and
 * never sets a member named `__proto__`. What it refuses is in `problems`; the copy is fit for the schema either way.
 */
export function plainCopy(value: unknown): { copy: unknown; problems: Problem[] } {
  const walk: Walk = { problems: [], path: [], budget: REQUEST_SIZE_LIMIT };
  const copy = copyOf(value, walk);
  if (walk.budget < 0) return { copy: undefined, problems: [{ path: '', code: 'too-large' }] };
  return { copy, problems: walk.problems };
}

function copyOf(value: unknown, walk: Walk): unknown {
  walk.budget -= typeof value === 'string' ? value.length + 2 : 2;
  if (walk.budget < 0) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (walk.path.length === JSON_DEPTH_LIMIT) return refuse('too-large', walk);
  if (Array.isArray(value)) {
    return Array.from(value.slice(0, LIST_LIMIT + 1), (item: unknown, index) =>
      copyBelow(index, item, walk),
    );
  }
  return isPlain(value) ? copyMembers(value, walk) : refuse('wrong-type', walk);
}

/** Whether an object has no prototype, or that of plain objects, in whatever window or worker it was made. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function copyMembers(value: object, walk: Walk): unknown {
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    walk.budget -= name.length + 2;
    if (walk.budget < 0) return undefined;
    if (name === '__proto__') refuse('unknown-field', walk, name);
    // The name stays, so that the schema refuses an unknown field also where its value is null.
    else copy[name] = member === null ? undefined : copyBelow(name, member, walk);
  }
  return copy;
}

function copyBelow(name: PropertyKey, value: unknown, walk: Walk): unknown {
  walk.path.push(name);
  const copy = copyOf(value, walk);
  walk.path.pop();
  return copy;
}

function refuse(
  code: Problem['code'],
  { problems, path }: Walk,
  ...below: readonly string[]
): undefined {
  problems.push({ path: pointer([...path, ...below]), code });
}
