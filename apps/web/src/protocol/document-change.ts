import type { JsonObject, JsonValue } from '@enlace/kernel';
import { isJsonObject } from '@enlace/kernel';

import type { DocumentChange } from './operations.js';

const NUMBER = /^\d{1,4}$/;

/**
 * The document after changes, in their order; the one given stays as it is. Parents that are absent are made, and one
 * that is left empty goes, so that what nobody filled in is absent. A place that no longer is there changes nothing.
 */
export function changed(document: JsonObject, changes: readonly DocumentChange[]): JsonObject {
  let value: JsonValue = document;
  for (const change of changes) {
    const next: JsonValue | undefined =
      change.value === null ? undefined : JSON.parse(change.value);
    value = put(value, change.path.split('/').slice(1).map(unescaped), next) ?? {};
  }
  return isJsonObject(value) ? value : {};
}

/** What stands at a place; undefined where nothing does. */
export function valueAt(document: JsonValue | undefined, path: string): JsonValue | undefined {
  let value = document;
  for (const step of path.split('/').slice(1).map(unescaped)) {
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** Undefined for what is empty once the change was made. */
function put(
  value: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  next: JsonValue | undefined,
): JsonValue | undefined {
  if (step === undefined) return next;
  if (Array.isArray(value) || (value === undefined && isListStep(step))) {
    return putInList(value ?? [], [step, ...rest], next);
  }
  const members = isJsonObject(value) ? value : {};
  const inner = Object.hasOwn(members, step) ? members[step] : undefined;
  const made = put(inner, rest, next);
  const others = Object.entries(members).filter(([name]) => name !== step);
  if (made === undefined) return others.length === 0 ? undefined : Object.fromEntries(others);
  return { ...members, [step]: made };
}

function putInList(
  list: readonly JsonValue[],
  [step = '', ...rest]: readonly string[],
  next: JsonValue | undefined,
): JsonValue | undefined {
  if (step === '-') return next === undefined ? [...list] : [...list, next];
  const at = Number(step);
  if (!NUMBER.test(step) || at >= list.length) return [...list];
  const made = put(list[at], rest, next);
  // An item whose last field was emptied stays one; taken away is only what a change names itself.
  const kept = made ?? (rest.length === 0 ? undefined : {});
  const left = kept === undefined ? list.toSpliced(at, 1) : list.with(at, kept);
  return left.length === 0 ? undefined : left;
}

function isListStep(step: string): boolean {
  return step === '-' || NUMBER.test(step);
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
