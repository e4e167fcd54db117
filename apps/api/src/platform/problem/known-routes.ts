import { Injectable } from '@nestjs/common';

/**
 * Path templates that the server answers, each with its methods. Filled while routes are registered, then only read.
 */
@Injectable()
export class KnownRoutes {
  private readonly methodsByTemplate = new Map<string, Set<string>>();

  add(template: string, methods: readonly string[]): void {
    const known = this.methodsByTemplate.get(template) ?? new Set();
    for (const method of methods) known.add(method);
    this.methodsByTemplate.set(template, known);
  }

  /** `GET /problems/:code` and so on, sorted. */
  list(): readonly string[] {
    return [...this.methodsByTemplate]
      .flatMap(([template, methods]) => [...methods].map((method) => `${method} ${template}`))
      .toSorted();
  }

  /** Methods of the templates that match a request target, sorted; empty when none does. */
  methodsOf(target: string): readonly string[] {
    const path = target.split('?', 1)[0] ?? '';
    const matching = [...this.methodsByTemplate]
      .filter(([template]) => matches(template, path))
      .flatMap(([, methods]) => [...methods]);
    return [...new Set(matching)].toSorted();
  }
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/');
  const actual = path.split('/');
  if (expected.at(-1) === '*') {
    const above = template.slice(0, -2);
    return matches(above, actual.slice(0, expected.length - 1).join('/'));
  }
  return (
    expected.length === actual.length &&
    expected.every((part, at) => (part.startsWith(':') ? actual[at] !== '' : part === actual[at]))
  );
}
