import { isJsonObject, type JsonValue } from '@enlace/kernel';

/** What becomes of a value of the draft: it stays here, or something else stands in its place. */
export type Fate = 'withheld' | 'replaced';

/** Each value of a draft that does not travel as it is, by its place. */
export function withheldIn(draft: JsonValue, projection: JsonValue): ReadonlyMap<string, Fate> {
  const found = new Map<string, Fate>();
  compare({ draft, projection, path: '' }, found);
  return found;
}

interface Pair {
  readonly draft: JsonValue;
  readonly projection: JsonValue | undefined;
  readonly path: string;
}

function compare({ draft, projection, path }: Pair, found: Map<string, Fate>): void {
  if (Array.isArray(draft)) {
    const travels = Array.isArray(projection) ? projection : [];
    for (const [at, item] of draft.entries()) {
      const counterpart = findItem(item, travels, { at, isWhole: draft.length === travels.length });
      compare({ draft: item, projection: counterpart, path: `${path}/${at}` }, found);
    }
  } else if (isJsonObject(draft)) {
    const travels = isJsonObject(projection) ? projection : {};
    for (const [name, value] of Object.entries(draft)) {
      if (value === undefined) continue;
      compare({ draft: value, projection: travels[name], path: `${path}/${name}` }, found);
    }
  } else if (draft !== null && draft !== projection) {
    found.set(path, projection === undefined ? 'withheld' : 'replaced');
  }
}

/** By its id or number; else by its place, while none was left out; else what says the same. */
function findItem(
  item: JsonValue,
  travels: readonly JsonValue[],
  { at, isWhole }: { readonly at: number; readonly isWhole: boolean },
): JsonValue | undefined {
  const name = nameOf(item);
  const named = name === null ? undefined : travels.find((one) => nameOf(one) === name);
  if (named !== undefined || isWhole) return named ?? travels[at];
  const said = JSON.stringify(item);
  return travels.find((one) => JSON.stringify(one) === said);
}

function nameOf(item: JsonValue): string | null {
  const { id, n } = isJsonObject(item) ? item : {};
  const name = id ?? n;
  return typeof name === 'string' || typeof name === 'number' ? String(name) : null;
}
