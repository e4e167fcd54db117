import type { z } from 'zod';

import {
  amount,
  day,
  flag,
  id,
  listOf,
  oneOf,
  phone,
  ref,
  section,
  short,
  state,
  text,
} from './scalars.js';
import {
  BASE_CONDUCTS,
  CHANNELS,
  CONDUCTS,
  INSTRUMENTS,
  OFFENCE_CATEGORIES,
  PERSON_ROLES,
  PROCEEDINGS,
  STAGES,
} from './vocabulary.js';

export const legalBasis = section({
  instrument: oneOf(INSTRUMENTS),
  bilateralRef: short,
  articles: listOf(short),
  primary: flag,
});

export const channel = section({
  type: oneOf(CHANNELS),
  fromCentralAuthorityId: short,
  toCentralAuthorityId: short,
  agreed: flag,
  copyToCentralAuthorities: flag,
  electronic: flag,
  authenticityMeans: text,
});

export const authorities = section({
  requesting: section({
    name: short,
    office: short,
    officer: section({ name: short, role: short, phone, email: short }),
  }),
  conducting: section({ name: short, function: short }),
  signatory: section({ name: short, position: short }),
});

export const proceeding = section({
  kind: oneOf(PROCEEDINGS),
  reference: short,
  stage: oneOf(STAGES),
  openedOn: day,
  court: section({ kind: oneOf(['ordinary', 'exceptional', 'ad-hoc']), name: short }),
  originatingAct: section({ description: text, authority: short, date: day, annexId: ref }),
  discriminatoryPurposeIndicated: flag,
  jurisdictionStatement: text,
  limitation: section({
    assessed: flag,
    expiresOn: day,
    none: flag,
    stoppedBecause: oneOf(['suspended', 'interrupted', 'evaded']),
    stoppedOn: day,
  }),
  keyDates: listOf(section({ label: short, date: day })),
});

export const offence = section({
  id,
  label: short,
  provision: section({ law: short, article: short, annexId: ref }),
  maxPenaltyYears: amount,
  minPenaltyYears: amount,
  lifePossible: flag,
  deathPossible: flag,
  categories: listOf(oneOf(OFFENCE_CATEGORIES)),
  protocolConduct: oneOf(CONDUCTS),
  baseConduct: oneOf(BASE_CONDUCTS),
  aggravated: flag,
  politicalMotiveAlleged: flag,
});

export const person = section({
  id,
  kind: oneOf(['natural', 'legal']),
  roles: listOf(oneOf(PERSON_ROLES)),
  name: short,
  aliases: listOf(short),
  dateOfBirth: day,
  registration: section({ number: short, state }),
  sex: oneOf(['f', 'm', 'x']),
  nationalities: listOf(state),
  idDocuments: listOf(section({ type: short, number: short, state })),
  identityUnknownReason: text,
  minor: flag,
  nameDisclosed: oneOf(['full', 'initials', 'code', 'sealed-annex']),
  otherConduct: text,
  location: section({ state, address: short, facility: short, lead: text, unknownReason: text }),
  detained: flag,
  consent: section({ given: flag, date: day, annexId: ref }),
  protection: section({
    asylum: oneOf(['none', 'applicant', 'refugee', 'unknown']),
    countryOfOrigin: state,
    protectedWitness: flag,
    traffickingVictim: flag,
    disclosureJustified: text,
  }),
});

export type Offence = z.infer<typeof offence>;
export type Person = z.infer<typeof person>;
