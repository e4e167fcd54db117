import { z } from 'zod';

import catalogueFile from '../data/mla-rules.json' with { type: 'json' };
import unverifiedProvisions from '../data/unverified-provisions.json' with { type: 'json' };
import { MEASURE_TYPES, type MeasureType } from '../request/vocabulary.js';

/** From the gravest to the lightest. A blocker is unlawful or unsafe to send, or will be returned. */
export const SEVERITIES = ['blocker', 'likely-refusal', 'missing', 'quality', 'advice'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const GROUPS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'] as const;
export type Group = (typeof GROUPS)[number];

/** Reads the request alone; reads country facts or the status of a treaty; guesses from text and never blocks. */
const KINDS = ['D', 'P', 'H'] as const;
export type RuleKind = (typeof KINDS)[number];

const ROLES = ['duty', 'ground', 'practice', 'policy', 'analogy'] as const;
export type BasisRole = (typeof ROLES)[number];

const bilingual = z.object({ es: z.string().min(1), en: z.string().min(1) });

const ruleText = z.object({
  id: z.string().min(1),
  version: z.number().int(),
  group: z.enum(GROUPS),
  severity: z.enum(SEVERITIES),
  kind: z.enum(KINDS),
  subject: z.string().min(1),
  looksAt: z.array(z.string()),
  condition: z.string().min(1),
  whenUnknown: z.string().nullable(),
  basis: z.array(z.object({ provision: z.string().min(1), role: z.enum(ROLES) })),
  basisText: bilingual,
  basisVerified: z.boolean(),
  messageEs: z.string().min(1),
  messageEn: z.string().min(1),
  fixEs: z.string().min(1),
  fixEn: z.string().min(1),
});
export type RuleText = z.infer<typeof ruleText>;

const measureSet = z.array(z.enum(MEASURE_TYPES));

const catalogue = z.object({
  version: z.string().min(1),
  date: z.string().min(1),
  notice: bilingual,
  sets: z.object({
    RECORDS: measureSet,
    COERCIVE: measureSet,
    COVERT: measureSet,
    DATA: measureSet,
  }),
  rules: z.array(ruleText),
});

/** The rules as they are printed: every text a person reads comes from here, none from code. */
export const CATALOGUE = catalogue.parse(catalogueFile);

const unverified = new Set(unverifiedProvisions);

/** Whether the text of a provision was read in a public copy. Practice, policy and domestic entries never are. */
export function isProvisionVerified(id: string): boolean {
  return !unverified.has(id);
}

const setOf = (types: readonly MeasureType[]): ReadonlySet<MeasureType | undefined> =>
  new Set(types);
export const RECORDS = setOf(CATALOGUE.sets.RECORDS);
export const COERCIVE = setOf(CATALOGUE.sets.COERCIVE);
export const COVERT = setOf(CATALOGUE.sets.COVERT);
export const DATA = setOf(CATALOGUE.sets.DATA);
