import { z } from 'zod';

import type { Fact } from '../packs/fact.js';
import type { CountryPack } from '../packs/pack-schema.js';

const number = z.number().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const texts = z.array(z.string()).catch([]);

/** The offence of a State as packs tell it. A member of another form reads as absent: it is shown as unknown. */
const offence = z.object({
  statute: z.string().nullish().catch(null),
  articles: texts,
  conducts: texts,
  financialBenefitRequired: flag,
  penalties: z
    .array(
      z.object({
        case: z.string(),
        minYears: number,
        maxYears: number,
        life: flag,
        death: flag,
        mandatoryMinimum: flag,
        conflicting: flag,
        increase: z.string().nullish().catch(null),
      }),
    )
    .catch([]),
  aggravating: texts,
  details: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type Offence = z.infer<typeof offence>;
const NOTHING: Offence = offence.parse({});
export const readOffence = (value: unknown): Offence => offence.catch(NOTHING).parse(value);
export type Penalty = Offence['penalties'][number];

/** What a law says of each part of the Protocol, where a pack states it: `{"6(1)(b)": true}`. */
export const protocolConducts = z.record(z.string(), z.boolean()).catch({});

/** Facts of free form stand beside the named ones. */
export function factOf(country: CountryPack, name: string): Fact<unknown> | undefined {
  const value: unknown = Object.hasOwn(country, name) ? country[name] : undefined;
  return typeof value === 'object' && value !== null && 'confidence' in value
    ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read as a fact by its form
      (value as Fact<unknown>)
    : undefined;
}

/** A value of any form for people to read: the text that explains it where it has one. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  if ('text' in value && typeof value.text === 'string') return value.text;
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${inWords(inner)}`)
    .join('; ');
}
