import type { Branded } from '@enlace/kernel';

/**
 * Gives a value the type that says "checked". Only the `verify*` and `open*` functions of this library call it, after
 * their last check; the value is frozen, so that what was checked is what the caller holds.
 */
export function markVerified<Name extends string, Value extends object>(
  value: Value,
): Branded<Readonly<Value>, Name> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a checked value gets its brand
  return Object.freeze(value) as Branded<Readonly<Value>, Name>;
}
