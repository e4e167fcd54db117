import type { JsonObject } from '@enlace/kernel';
import { project, readRequest, SHOWABLE, type Showable } from '@enlace/mla';

import type { ArgsOf } from '../../protocol/operations.js';

/** What a drafter has ticked to travel as it is. */
export type Ticked = ArgsOf<'request.preview'>['ticked'];

export const NOTHING_TICKED: Ticked = { shown: {}, identifiers: [] };

/** What may be ticked, as the projection decides it. */
export interface Tickable {
  readonly persons: readonly {
    readonly id: string;
    readonly code: string;
    readonly fields: readonly Showable[];
  }[];
  readonly identifiers: readonly {
    readonly path: string;
    readonly measure: string;
    readonly value: string;
  }[];
}

/**
 * What of a draft may travel as it is when somebody wants so: never anything of a child, of somebody whose age nobody
 * knows, of whoever seeks asylum, nor of a protected witness. The projection itself is asked: no rule is here twice.
 */
export function tickableIn(document: JsonObject, today: string): Tickable {
  const parsed = readRequest(document);
  if (parsed.kind === 'malformed') return { persons: [], identifiers: [] };
  const { persons = [], measures = [] } = parsed.request;
  const ids = persons.flatMap(({ id }) => id ?? []);
  const shown = Object.fromEntries(ids.map((id) => [id, SHOWABLE]));
  const { persons: projected } = project(parsed.request, { today, shown });
  const travels: readonly unknown[] = Array.isArray(projected) ? projected : [];
  return {
    persons: persons.flatMap(({ id }, at) => {
      const said: Readonly<Record<string, unknown>> = { ...Object(travels[at]) };
      const fields = SHOWABLE.filter((field) => said[field] !== undefined);
      const code = said['code'];
      if (id === undefined || typeof code !== 'string' || fields.length === 0) return [];
      return [{ id, code, fields }];
    }),
    identifiers: measures.flatMap(({ id, identifiers = [] }, measure) =>
      identifiers.flatMap(({ value }, at) =>
        value === undefined
          ? []
          : [
              {
                path: `/measures/${measure}/identifiers/${at}`,
                measure: id ?? String(measure + 1),
                value,
              },
            ],
      ),
    ),
  };
}

/** With a field of a person ticked or not. */
export function withField(
  ticked: Ticked,
  { id, field }: { readonly id: string; readonly field: Showable },
): Ticked {
  const fields = Object.hasOwn(ticked.shown, id) ? (ticked.shown[id] ?? []) : [];
  return { ...ticked, shown: { ...ticked.shown, [id]: toggled(fields, field) } };
}

/** With an identifier ticked or not. */
export function withIdentifier(ticked: Ticked, path: string): Ticked {
  return { ...ticked, identifiers: toggled(ticked.identifiers, path) };
}

function toggled<Item>(items: readonly Item[], item: Item): Item[] {
  return items.includes(item) ? items.filter((one) => one !== item) : [...items, item];
}
