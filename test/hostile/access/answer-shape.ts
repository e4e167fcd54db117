/** The form of an answer without its values: names of members, kinds of values, items of a list as one. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].toSorted().join(' | ')}]`;
  if (typeof value !== 'object') return typeof value;
  const members = Object.entries(value)
    .map(([name, member]) => `${name}: ${shapeOf(member)}`)
    .toSorted();
  return `{${members.join(', ')}}`;
}

/** What was answered to whom: one line for each route and outcome, with everybody who got it. */
export class SeenAnswers {
  readonly #seen = new Map<string, Set<string>>();

  keep(route: string, who: string, { status, body }: { status: number; body: unknown }): void {
    const { code }: { code?: unknown } = Object(body);
    const outcome = status < 400 ? `${status} ${shapeOf(body)}` : `${status} ${String(code)}`;
    const line = `${route} -> ${outcome}`;
    this.#seen.set(line, (this.#seen.get(line) ?? new Set()).add(who));
  }

  /** Everything that somebody was answered about. */
  routes(): ReadonlySet<string> {
    return new Set([...this.#seen.keys()].map((line) => line.slice(0, line.indexOf(' -> '))));
  }

  lines(): readonly string[] {
    return [...this.#seen]
      .map(([line, who]) => `${line} | ${[...who].toSorted().join(' ')}`)
      .toSorted();
  }
}
