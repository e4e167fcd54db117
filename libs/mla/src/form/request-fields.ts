import { z } from 'zod';

import { mlaRequest } from '../request/model.js';
import * as scalars from '../request/scalars.js';

/** What stands at a place of a request, as far as a form has to know it. */
export type RequestField =
  | { readonly kind: 'section'; readonly fields: Readonly<Record<string, RequestField>> }
  | { readonly kind: 'list'; readonly item: RequestField }
  | { readonly kind: 'choice'; readonly codes: readonly string[] }
  | { readonly kind: 'text' | 'short' | 'flag' | 'day' | 'number' | 'reference' };

type Scalar = 'text' | 'flag' | 'day' | 'number' | 'reference';

const SCALARS: ReadonlyMap<unknown, Scalar> = new Map<unknown, Scalar>([
  [scalars.text, 'text'],
  [scalars.flag, 'flag'],
  [scalars.day, 'day'],
  [scalars.count, 'number'],
  [scalars.amount, 'number'],
  [scalars.ref, 'reference'],
]);

/** The whole model as a tree of fields: what an editor shows is never another list than what the engine reads. */
export function requestFields(): RequestField & { readonly kind: 'section' } {
  const field = fieldOf(mlaRequest);
  if (field.kind !== 'section') throw new RangeError('a request is a section');
  return field;
}

function fieldOf(schema: z.core.$ZodType): RequestField {
  const scalar = SCALARS.get(schema);
  if (scalar !== undefined) return { kind: scalar };
  if (schema instanceof z.ZodOptional) return fieldOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return { kind: 'list', item: fieldOf(schema.element) };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', codes: schema.options.map(String) };
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries<z.core.$ZodType>(schema.shape);
    return {
      kind: 'section',
      fields: Object.fromEntries(entries.map(([name, inner]) => [name, fieldOf(inner)])),
    };
  }
  return { kind: 'short' };
}
