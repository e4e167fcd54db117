/**
 * A record is flat: one map from places to values, and a list or a text by its own place. Two people who begin the same
 * section at once so write into one section; a tree of maps would keep one person's and drop the other's.
 */
export const FIELDS = 'f';
export const LIST = 'l';
export const TEXT = 't';

/** What stands at a place that has no value of its own. */
export const MARKS = { object: ['o'], list: ['l'], text: ['t'] } as const;
export type Mark = keyof typeof MARKS;

/** The place below, as in RFC 6901; an item of a list is named by its key, never by its number. */
export function below(place: string, name: string): string {
  return `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names on the way to a place; `null` for what is no place. */
// Attacker-controlled: by a member.
export function namesOf(place: string): readonly string[] | null {
  if (place === '') return [];
  if (!place.startsWith('/') || /~(?![01])/.test(place)) return null;
  return place
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The place of which a text or list is the whole, `null` for any other shared type. */
export function placeOfType(kind: typeof LIST | typeof TEXT, name: string): string | null {
  return name === kind || name.startsWith(`${kind}/`) ? name.slice(1) : null;
}

export function markOf(value: unknown): Mark | null {
  if (!Array.isArray(value) || value.length !== 1) return null;
  const [letter]: readonly unknown[] = value;
  return (['object', 'list', 'text'] as const).find((mark) => MARKS[mark][0] === letter) ?? null;
}

/** The item of a list that has fields of its own is named by its key; `null` for a plain value. */
export function keyOf(item: unknown): string | null {
  if (!Array.isArray(item) || item.length !== 1) return null;
  const [key]: readonly unknown[] = item;
  return typeof key === 'string' && key !== '' ? key : null;
}
