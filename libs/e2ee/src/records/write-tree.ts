import { isJsonObject, type JsonObject, type JsonValue, type Random } from '@enlace/kernel';
import type * as Y from 'yjs';

import { listChanges } from './list-change.js';
import { itemName, itemsOf, placeItems, type ListItem } from './list-items.js';
import { below, FIELDS, LIST, MARKS, markOf, TEXT, type Mark } from './record-names.js';
import { textChange } from './text-change.js';

/** Letters that one step inserts at most, so that a long text fits into updates. */
const STEP_LETTERS = 4_000;
/** Bytes that a step costs besides what it writes. */
const STEP_BYTES = 48;

/** One small change of a record. What it costs is an estimate, never below what it is. */
export interface Step {
  readonly bytes: number;
  readonly run: (doc: Y.Doc) => void;
}

/** The steps that make one value of the other, in an order in which each state on the way is one of the schema. */
export function stepsTo(
  doc: Y.Doc,
  { before, after }: { readonly before: JsonObject; readonly after: JsonObject },
  { texts, random }: { readonly texts: ReadonlySet<string>; readonly random: Random },
): readonly Step[] {
  const planner = new Planner(doc, texts, random);
  planner.members({ place: '', pattern: '' }, before, after);
  return planner.steps;
}

interface Spot {
  readonly place: string;
  /** The same with a star for each item: what free texts are known by. */
  readonly pattern: string;
}

class Planner {
  readonly steps: Step[] = [];
  /** Places that a step before has emptied: what the document has there is no longer there when the next ones run. */
  readonly #emptied = new Set<string>();

  constructor(
    readonly doc: Y.Doc,
    readonly texts: ReadonlySet<string>,
    readonly random: Random,
  ) {}

  members(spot: Spot, before: JsonObject, after: JsonObject): void {
    for (const name of Object.keys(before).toSorted()) {
      if (!Object.hasOwn(after, name)) this.#remove(below(spot.place, name));
    }
    // What is plain comes first: the version of a schema is. However the value was made, its updates are the same.
    const sorted = Object.keys(after).toSorted();
    const names = sorted.toSorted((a, b) => rank(after[a]) - rank(after[b]));
    for (const name of names) {
      const inner = { place: below(spot.place, name), pattern: below(spot.pattern, name) };
      const value = after[name];
      const old = Object.hasOwn(before, name) ? before[name] : undefined;
      if (value !== undefined) this.#value(inner, old, value);
    }
    if (names.length === 0 && spot.place !== '') this.#mark(spot.place, 'object');
  }

  #value(spot: Spot, before: JsonValue | undefined, after: JsonValue): void {
    const isText = typeof after === 'string' && this.texts.has(spot.pattern);
    const kind = isText ? 'text' : kindOf(after);
    if (before !== undefined && this.#kindAt(spot.place, before) !== kind) {
      this.#remove(spot.place);
      this.#value(spot, undefined, after);
    } else if (isText) this.#text(spot.place, before ?? null, after);
    else if (isJsonObject(after)) {
      this.#object(spot, isJsonObject(before) ? before : null, after);
    } else if (isList(after)) this.#list(spot, isList(before) ? before : null, after);
    else if (before !== after) this.#set(spot.place, after);
  }

  #object(spot: Spot, before: JsonObject | null, after: JsonObject): void {
    // What a deleted item left behind under this key is not part of the new one.
    if (before === null) this.#remove(spot.place);
    this.members(spot, before ?? {}, after);
  }

  #kindAt(place: string, value: JsonValue): Mark | 'scalar' {
    return this.#markAt(place) === 'text' ? 'text' : kindOf(value);
  }

  #text(place: string, before: JsonValue, after: string): void {
    const name = `${TEXT}${place}`;
    const held = this.#isHeld(name) ? this.doc.getText(name).toJSON() : '';
    if (before === null) this.#mark(place, 'text');
    const change = textChange(held, after);
    if (change === null) return;
    const { at, remove, insert } = change;
    if (remove > 0) this.#step(place, 0, (doc) => doc.getText(name).delete(at, remove));
    for (const [start, part] of partsOf(insert)) {
      this.#step(place, bytesOf(part), (doc) => doc.getText(name).insert(at + start, part));
    }
  }

  #list(spot: Spot, before: readonly JsonValue[] | null, after: readonly JsonValue[]): void {
    const name = `${LIST}${spot.place}`;
    const items = this.#isHeld(name) ? itemsOf(this.doc.getArray(name)) : [];
    if (before === null) this.#mark(spot.place, 'list');
    const placed = placeItems({ items, values: before ?? [] }, after, this.random);
    const wanted = placed.map(({ item }) => item);
    for (const { at, remove, insert } of listChanges(items, wanted, itemName)) {
      this.#step(spot.place, bytesOf(JSON.stringify(insert)), (doc) => {
        const list = doc.getArray(name);
        if (remove > 0) list.delete(at, remove);
        if (insert.length > 0) list.insert(at, insert.map(asStored));
      });
    }
    for (const { item, value, before: old } of placed) {
      if (!Array.isArray(item)) continue;
      const [key]: readonly string[] = item;
      const inner = { place: below(spot.place, key ?? ''), pattern: `${spot.pattern}/*` };
      this.#value(inner, old, value);
    }
    const stays = new Set(wanted.map(itemName));
    for (const item of items) {
      if (Array.isArray(item) && !stays.has(itemName(item))) {
        this.#remove(below(spot.place, String(item[0])));
      }
    }
  }

  #set(place: string, value: JsonValue): void {
    const bytes = bytesOf(JSON.stringify(value));
    this.#step(place, bytes, (doc) => void doc.getMap(FIELDS).set(place, value));
  }

  #mark(place: string, mark: Mark): void {
    if (this.#markAt(place) === mark) return;
    this.#step(place, 8, (doc) => void doc.getMap(FIELDS).set(place, [...MARKS[mark]]));
  }

  #markAt(place: string): Mark | null {
    return this.#isEmptied(place) ? null : markOf(this.doc.getMap(FIELDS).get(place));
  }

  #isHeld(name: string): boolean {
    return this.doc.share.has(name) && !this.#isEmptied(name.slice(1));
  }

  #isEmptied(place: string): boolean {
    for (let at = place; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      if (this.#emptied.has(at)) return true;
    }
    return false;
  }

  /** The place and everything below it. */
  #remove(place: string): void {
    const isWithin = (other: string): boolean => other === place || other.startsWith(`${place}/`);
    const fields = [...this.doc.getMap(FIELDS).keys()].filter(isWithin);
    const types = [...this.doc.share.keys()].filter((name) => isWithin(name.slice(1)));
    if (this.#isEmptied(place) || fields.length + types.length === 0) return;
    this.#emptied.add(place);
    this.#step(place, 16 * (fields.length + types.length), (doc) => {
      for (const field of fields) doc.getMap(FIELDS).delete(field);
      for (const name of types) {
        if (name.startsWith(`${TEXT}/`)) doc.getText(name).delete(0, doc.getText(name).length);
        if (name.startsWith(`${LIST}/`)) doc.getArray(name).delete(0, doc.getArray(name).length);
      }
    });
  }

  #step(place: string, bytes: number, run: (doc: Y.Doc) => void): void {
    // The place stands twice where a type and its mark are made.
    this.steps.push({ bytes: bytes + 2 * place.length + STEP_BYTES, run });
  }
}

/** Yjs wants lists of its own. */
function asStored(item: ListItem): unknown {
  return Array.isArray(item) ? Array.from(item) : item;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function kindOf(value: JsonValue): Mark | 'scalar' {
  if (isList(value)) return 'list';
  return isJsonObject(value) ? 'object' : 'scalar';
}

function rank(value: JsonValue | undefined): number {
  return typeof value === 'object' && value !== null ? 1 : 0;
}

function bytesOf(text: string): number {
  return 3 * text.length;
}

/** In stretches that fit, cut between characters. */
function partsOf(text: string): readonly (readonly [start: number, part: string])[] {
  const parts: (readonly [number, string])[] = [];
  for (let start = 0; start < text.length;) {
    const end = Math.min(text.length, start + STEP_LETTERS);
    const unit = text.charCodeAt(end - 1);
    const isCut = end < text.length && unit >= 0xd800 && unit <= 0xdbff;
    const stop = isCut ? end - 1 : end;
    parts.push([start, text.slice(start, stop)]);
    start = stop;
  }
  return parts;
}
