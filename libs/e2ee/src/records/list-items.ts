import { canonicalJson, isJsonObject, toHex, type JsonValue, type Random } from '@enlace/kernel';
import type * as Y from 'yjs';

import { keyOf } from './record-names.js';

/** An item as the list holds it: a plain value, or the key of what has fields of its own. */
export type ListItem = string | number | boolean | null | readonly [key: string];

/** Members by which an item of a list stays the same item when the rest of it changes. */
const NAMING = ['id', 'n'] as const;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function itemsOf(list: Y.Array<unknown>): readonly ListItem[] {
  return list.toArray().map((item): ListItem => {
    const key = keyOf(item);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tree was read: every item is one
    return key === null ? (item as ListItem) : [key];
  });
}

export function itemName(item: ListItem): string {
  return JSON.stringify(item);
}

/** An item of the list that is to be, and which one of the list that was it is: its key stays, and so do its fields. */
export interface PlacedItem {
  readonly item: ListItem;
  readonly value: JsonValue;
  /** `undefined` for a plain value and for an item that is new. */
  readonly before: JsonValue | undefined;
}

/**
 * Says which items stay: those that are the same, then those with the same `id` or number, then those left over, in
 * their order. Keys are drawn, but for an item with an `id`: two people who add it at once add one.
 */
export function placeItems(
  before: { readonly items: readonly ListItem[]; readonly values: readonly JsonValue[] },
  after: readonly JsonValue[],
  random: Random,
): readonly PlacedItem[] {
  const old = heldItems(before);
  const found = new Map<number, string>();
  const taken = new Set<string>();
  const match = (isSame: (value: JsonValue, other: JsonValue) => boolean): void => {
    for (const [at, value] of after.entries()) {
      if (found.has(at) || isScalar(value)) continue;
      const same = [...old].find(([key, other]) => !taken.has(key) && isSame(value, other));
      if (same === undefined) continue;
      found.set(at, same[0]);
      taken.add(same[0]);
    }
  };
  match((value, other) => textOf(value) === textOf(other));
  match((value, other) => nameIn(value) !== null && nameIn(value) === nameIn(other));
  match((value, other) => nameIn(value) === null && nameIn(other) === null);
  return after.map((value, at): PlacedItem => {
    if (isScalar(value)) return { item: value, value, before: undefined };
    const kept = found.get(at);
    const key = kept ?? newKey(value, { taken, old, random });
    taken.add(key);
    return { item: [key], value, before: kept === undefined ? undefined : old.get(kept) };
  });
}

function heldItems({
  items,
  values,
}: {
  readonly items: readonly ListItem[];
  readonly values: readonly JsonValue[];
}): ReadonlyMap<string, JsonValue> {
  const old = new Map<string, JsonValue>();
  let at = 0;
  for (const item of items) {
    const key = keyOf(item);
    // The same item twice is shown once.
    if (key !== null && old.has(key)) continue;
    if (key !== null) old.set(key, values[at] ?? {});
    at += 1;
  }
  return old;
}

function newKey(
  value: JsonValue,
  {
    taken,
    old,
    random,
  }: {
    readonly taken: ReadonlySet<string>;
    readonly old: ReadonlyMap<string, JsonValue>;
    readonly random: Random;
  },
): string {
  const id = isJsonObject(value) ? value['id'] : undefined;
  const isFree = typeof id === 'string' && KEY.test(id) && !taken.has(id) && !old.has(id);
  const isBarred = id === 'constructor' || id === 'prototype';
  return isFree && !isBarred ? id : `-${toHex(random.bytes(8))}`;
}

function nameIn(value: JsonValue): string | null {
  if (!isJsonObject(value)) return null;
  const name = NAMING.find((one) => value[one] !== undefined);
  return name === undefined ? null : `${name}=${textOf(value[name] ?? null)}`;
}

function isScalar(value: JsonValue): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}

/** One text for what is the same value; a fraction is none of canonical JSON. */
function textOf(value: JsonValue): string {
  return canonicalJson(withoutFractions(value));
}

function withoutFractions(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : String(value);
  if (typeof value === 'string') return value.toWellFormed().normalize('NFC');
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutFractions(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.toWellFormed().normalize('NFC'),
      withoutFractions(inner),
    ]),
  );
}
