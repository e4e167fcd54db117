import { z } from 'zod';

import { isIsoDate } from '../request/days.js';
import { ELEMENTS, MEASURE_TYPES } from '../request/vocabulary.js';
import { factOf } from './fact.js';

const text = z.string().min(1);
const day = z.string().refine((value): boolean => isIsoDate(value), 'not a calendar day');
const stateCode = z.string().regex(/^[A-Z]{2}$/);
const dualCriminality = factOf(
  z.strictObject({
    general: z.boolean().nullable(),
    measures: z.array(z.enum(MEASURE_TYPES)),
    text: z.string(),
  }),
);
const languageList = factOf(z.array(text));

export const centralAuthority = factOf(text);

/** The facts of a State that rules read, each of one value. */
export const COUNTRY_FACTS = {
  languages: languageList,
  officialLanguages: languageList,
  dualCriminality,
  smugglingElements: factOf(z.array(z.enum(ELEMENTS))),
  deathPenalty: factOf(z.enum(['abolished', 'abolished-ordinary', 'retained-unused', 'retained'])),
  lifeSentence: factOf(z.enum(['available', 'prohibited', 'strict'])),
  videoAccused: factOf(z.enum(['allowed', 'not-allowed'])),
  serviceLeadDays: factOf(z.number().min(0)),
  deMinimisYears: factOf(z.number().min(0)),
  informalInformationUse: factOf(
    z.strictObject({
      formalisation: z.enum(['only-by-formal-mla', 'sender-conditions', 'not-regulated']),
      text: z.string(),
    }),
  ),
  confiscationPreconditions: factOf(
    z.strictObject({
      freezing: z.array(text),
      confiscation: z.array(text),
      text: z.string(),
    }),
  ),
  ownCentralAuthorityRequired: factOf(z.boolean()),
  diplomaticChannel: factOf(z.enum(['required', 'allowed', 'not-accepted'])),
  directUrgentTransmission: factOf(z.enum(['accepted', 'excluded'])),
  legalisationRequired: factOf(z.boolean()),
};

export const anyFact = factOf(z.unknown());
/** Whether a State is a party of an instrument. */
export const partyFact = factOf(z.boolean());

/** The facts of a State that are shown beside what they concern; their form is free, and no rule reads them. */
export const SHOWN_FACTS = Object.fromEntries(
  [
    'attemptPunishable',
    'bankSecrecy',
    'channelRequirements',
    'dataPreservation',
    'dataProtectionLaw',
    'dataRetention',
    'electronicTransmission',
    'judicialAuthorisation',
    'legalBasisWithoutTreaty',
    'limitation',
    'networkContacts',
    'procedureSystem',
    'prosecutionService',
    'protocolConducts',
    'responseTime',
    'smugglingOffence',
    'specialisedUnit',
    'timeZones',
    'untocAsLegalBasis',
    'urgentChannel',
    'videoHearing',
  ].map((name) => [name, anyFact]),
);

const country = z
  .object({
    state: stateCode,
    nameEs: text,
    nameEn: text,
    verifiedOn: day.nullable(),
    other: z.record(text, anyFact).optional(),
    centralAuthorityId: z.record(text, centralAuthority).optional(),
    ...z.object(COUNTRY_FACTS).partial().shape,
  })
  .catchall(anyFact);

const instrument = z.strictObject({
  nameEs: text,
  nameEn: text,
  kind: z.enum(['mla-treaty', 'convention', 'protocol', 'scheme', 'transmission', 'formalities']),
  rank: z.number().nullable(),
  protocolOf: text.nullable(),
  adoptedOn: day.nullish(),
  depositary: text.nullish(),
  source: text.nullish(),
  note: text.optional(),
  inForce: factOf(z.union([z.literal('not-in-force'), day])),
  dualCriminality: dualCriminality.optional(),
  facts: z.record(text, anyFact).optional(),
  parties: z.record(stateCode, partyFact),
});

/** The facts of the treaty of a pair. */
export const BILATERAL_FACTS = {
  exists: factOf(z.boolean()),
  title: factOf(text),
  signedOn: factOf(day),
  inForceOn: factOf(day),
  dualCriminality,
};

const pair = z
  .strictObject({
    a: stateCode,
    b: stateCode,
    bilateral: z.strictObject(BILATERAL_FACTS).partial().required({ exists: true }),
  })
  .refine(({ a, b }) => a < b, 'the States of a pair stand in alphabetical order');

export const reviewResult = z.enum(['confirmed', 'amended', 'rejected']);
export const reviewWording = z.string().min(1).max(2_000);

/** What jurists of a State, or of the region, say of a rule: `by` is the office, `on` the day of the signature. */
const review = z.strictObject({
  rule: text,
  version: z.number().int().min(1),
  state: stateCode,
  result: reviewResult,
  wording: reviewWording.optional(),
  by: text,
  on: day,
  note: z.string().optional(),
  validFrom: day.optional(),
  validTo: day.optional(),
  reviewBy: day.optional(),
});
export type PackReview = z.infer<typeof review>;

/** Country facts, treaties and pairs as data (format `enlace-packs/1`). */
export const packFile = z.strictObject({
  format: z.literal('enlace-packs/1'),
  id: text,
  version: text,
  generatedOn: day,
  notice: z.strictObject({ es: text, en: text }),
  authorities: z.array(z.strictObject({ id: text, state: stateCode, nameEs: text, nameEn: text })),
  instruments: z.record(text, instrument),
  countries: z.record(stateCode, country),
  pairs: z.array(pair),
  reviews: z.array(review).optional(),
});

export type PackFile = z.infer<typeof packFile>;
export type CountryPack = PackFile['countries'][string];
export type InstrumentPack = PackFile['instruments'][string];
/** The names of the country facts that hold one value and that rules read. */
export type CountryFacts = { [N in CountryFactName]: z.infer<(typeof COUNTRY_FACTS)[N]> };
export type CountryFactName = keyof typeof COUNTRY_FACTS;
