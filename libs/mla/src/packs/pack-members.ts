import type { Fact } from './fact.js';
import { findPlace, type FactPlace } from './fact-place.js';
import type { PackSet } from './pack-set.js';

/** The members that lead to a place in the packs; none where the packs have not its State, pair or instrument. */
export function keysOf(
  { countries, instruments, pairs }: PackSet,
  path: string,
): readonly string[] {
  const place = findPlace(path);
  return place === null ? [] : keysTo(place, { countries, instruments, pairs });
}

function keysTo(
  { kind, states, names }: FactPlace,
  { countries, instruments, pairs }: Pick<PackSet, 'countries' | 'instruments' | 'pairs'>,
): readonly string[] {
  if (kind === 'country') {
    return Object.hasOwn(countries, states[0]) ? ['countries', states[0], ...names] : [];
  }
  if (kind === 'instrument') {
    const [code = ''] = names;
    return Object.hasOwn(instruments, code) ? ['instruments', ...names, states[0]] : [];
  }
  const at = pairs.findIndex(({ a, b }) => a === states[0] && b === states[1]);
  return at === -1 ? [] : ['pairs', String(at), ...names];
}

/** The fact of a path as the packs have it; null where they have none. */
export function findFact(packs: PackSet, path: string): Fact<unknown> | null {
  let found: unknown = packs;
  for (const key of keysOf(packs, path)) found = memberOf(found, key);
  return isFact(found) ? found : null;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

/** Writes into a copy of packs; sections that are not there yet are made. */
export function putFact(draft: unknown, keys: readonly string[], fact: Fact<unknown>): void {
  const last = keys.at(-1);
  let place: unknown = draft;
  for (const key of keys.slice(0, -1)) {
    const next = memberOf(place, key) ?? {};
    if (typeof place === 'object' && place !== null) Reflect.set(place, key, next);
    place = next;
  }
  if (last !== undefined && typeof place === 'object' && place !== null)
    Reflect.set(place, last, fact);
}

function isFact(value: unknown): value is Fact<unknown> {
  return typeof value === 'object' && value !== null && 'confidence' in value;
}
