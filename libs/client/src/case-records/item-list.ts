import type { RecordSchema } from '@enlace/e2ee';
import {
  canonicalJson,
  isJsonObject,
  sha256,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

/** Sizes of what a case keeps in lists. */
export const ITEM_LIST_LIMITS = {
  /** Items of one list. */
  items: 200,
  /** Characters of a name, of a place or of a person. */
  name: 200,
  /** Characters of a text. */
  text: 2_000,
} as const;

const ID = /^[0-9a-f]{32}$/;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Something that stays the same item while the rest of it changes. `id`: 16 random bytes in hexadecimal. */
export type Item = { readonly id: string };

/** What is written in a member of an item. Total. */
export type Member = (value: JsonValue) => boolean;
type MembersOf<Of extends Item> = { readonly [Name in keyof Of]: Member };

/** A record that is a list of items, and nothing else. */
export interface ItemList<Of extends Item> {
  readonly schema: 'route/1' | 'tasks/1';
  readonly record: RecordSchema;
  /** Items that are whole, the first of each id. Total. */
  readonly itemsIn: (value: JsonObject) => readonly Of[];
  readonly withItems: (items: readonly Of[]) => JsonObject;
}

/** Names what lists are made of, and which members are free texts. */
export function itemList<Of extends Item>(
  schema: ItemList<Of>['schema'],
  { list, members, texts }: ListParts<Of>,
): ItemList<Of> {
  const named: ReadonlyMap<string, Member> = new Map(Object.entries<Member>(members));
  const isWhole = (item: JsonValue): item is Of & JsonObject =>
    isJsonObject(item) && [...named].every(([name, isSound]) => isSound(item[name] ?? null));
  const listIn = (value: JsonObject): readonly JsonValue[] => {
    const items = value[list] ?? [];
    return Array.isArray(items) ? items : [];
  };
  return {
    schema,
    record: {
      version: 1,
      texts: new Set(texts.map((name) => `/${list}/*/${name}`)),
      accepts: (value) =>
        Object.keys(value).every((name) => name === list) &&
        Array.isArray(value[list] ?? []) &&
        listIn(value).length <= ITEM_LIST_LIMITS.items &&
        listIn(value).every((item) => isOnTheWay(item, named)),
      hash: (value) => sha256(utf8(canonicalJson(value))),
    },
    itemsIn: (value) => firstOfEach(listIn(value).filter((item) => isWhole(item))),
    withItems: (items) => ({ [list]: items.map((item) => ({ ...item })) }),
  };
}

interface ListParts<Of extends Item> {
  /** What the list is called in the record. */
  readonly list: string;
  readonly members: MembersOf<Of>;
  /** Members that two people write in at once. */
  readonly texts: readonly (keyof Of & string)[];
}

/** The first of every id. */
export function firstOfEach<Of extends Item>(items: readonly Of[]): readonly Of[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => !seen.has(id) && seen.add(id) !== null);
}

export const isId: Member = (value) => typeof value === 'string' && ID.test(value);
/** `YYYY-MM-DD`, or `null` where nobody said. */
export const isDateOrNull: Member = (value) =>
  value === null || (typeof value === 'string' && DATE.test(value));

export function isTextOf(most: number): Member {
  return (value) => typeof value === 'string' && value.length <= most;
}

export function isOneOf(words: readonly string[]): Member {
  return (value) => typeof value === 'string' && words.includes(value);
}

/** An update may bring an item in parts: what is there is sound, what is missing may come. */
function isOnTheWay(item: JsonValue, named: ReadonlyMap<string, Member>): boolean {
  return (
    isJsonObject(item) &&
    Object.entries(item).every(([name, value]) => named.get(name)?.(value) === true)
  );
}
