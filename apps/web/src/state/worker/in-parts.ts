/** Entries of a thread that are looked at in one go. */
const PART = 500;

/**
 * Reads what the worker has answered. The entries of a long thread are read some at a time, and the page goes on in
 * between: ten thousand at once would hold it up for longer than a key may take.
 */
export async function inParts<Result>(
  data: unknown,
  read: (data: unknown) => Result,
): Promise<Result> {
  const entries: unknown = Reflect.get(Object(data), 'entries');
  if (!Array.isArray(entries) || entries.length <= PART) return read(data);
  const all: unknown[] = [];
  for (let first = 0; first < entries.length; first += PART) {
    const part = read({ ...Object(data), entries: entries.slice(first, first + PART) });
    all.push(...Reflect.get(Object(part), 'entries'));
    await new Promise((go) => void setTimeout(go));
  }
  return Object.assign(Object(read({ ...Object(data), entries: [] })), { entries: all });
}
