import { z } from 'zod';

import { facts } from './facts.js';
import { measure } from './measure.js';
import { authorities, channel, legalBasis, offence, person, proceeding } from './parties.js';
import {
  MEASURE_LIMIT,
  count,
  day,
  flag,
  id,
  language,
  listOf,
  money,
  oneOf,
  ref,
  section,
  sha256,
  short,
  state,
  text,
} from './scalars.js';
import {
  ANNEX_KINDS,
  ASSURANCES,
  HANDLING_CODES,
  PROCEEDINGS,
  REQUEST_KINDS,
} from './vocabulary.js';

export const SCHEMA_VERSION = '1.0';

const confidentiality = section({
  requested: flag,
  reasons: text,
  // 18 USC 2705(b)
  reasonKinds: listOf(
    oneOf([
      'life-or-safety',
      'flight',
      'evidence-destruction',
      'witness-intimidation',
      'serious-jeopardy',
    ]),
  ),
  scope: text,
  ifNotPossible: oneOf(['consult-before-executing', 'execute-anyway', 'withdraw']),
  notNeededReason: text,
});

const evidence = section({
  certification: listOf(
    oneOf([
      'custodian-certificate',
      'certified-copy',
      'us-3505-certificate',
      'apostille',
      'legalisation',
      'authenticated-record',
    ]),
  ),
  digital: section({ format: short, hash: short, delivery: short }),
  originals: section({ requested: flag, reason: text, return: flag }),
});

const annex = section({
  id,
  kind: oneOf(ANNEX_KINDS),
  title: short,
  language,
  translatedTo: language,
  pages: count,
  sha256,
  handling: oneOf(HANDLING_CODES),
});

const relatedRequest = section({
  ref: short,
  state,
  status: oneOf(['pending', 'executed', 'partly-executed', 'refused', 'postponed', 'withdrawn']),
  sameMeasure: flag,
});

const parallelProceeding = section({
  state,
  kind: oneOf(PROCEEDINGS),
  reference: short,
  sameFacts: flag,
  final: flag,
  outcome: oneOf(['acquitted', 'convicted']),
  personIds: listOf(ref),
});

/**
 * A request for mutual legal assistance, version 1.0. Absence is never malformed, because naming what is absent is the
 * work of the rules; an unknown field always is, because a misspelt one would silently switch rules off.
 */
export const mlaRequest = section({
  schemaVersion: z.literal(SCHEMA_VERSION, 'schema-version'),
  id: short,
  requestKind: oneOf(REQUEST_KINDS),
  requestingState: state,
  requestedState: state,
  handling: oneOf(HANDLING_CODES),
  writtenConfirmationOn: day,
  applyUntocInLieu: flag,
  glossary: listOf(section({ term: short, meaning: short })),
  legalBases: listOf(legalBasis),
  channel,
  authorities,
  languages: section({
    draft: language,
    translation: section({ language, certified: flag, translator: short, date: day }),
  }),
  proceeding,
  offences: listOf(offence),
  facts,
  persons: listOf(person),
  measures: listOf(measure, MEASURE_LIMIT),
  dualCriminality: section({
    statement: text,
    equivalentOffence: short,
    usPenaltyOverOneYear: flag,
  }),
  confidentiality,
  urgency: section({
    level: oneOf(['normal', 'urgent', 'emergency']),
    reason: text,
    deadline: day,
    event: short,
  }),
  use: section({
    purposeLimited: flag,
    otherProceedings: listOf(short),
    otherProceedingsStated: flag,
    consentAsked: flag,
  }),
  evidence,
  costs: section({ extraordinaryExpected: flag, estimate: money, proposal: text, travel: text }),
  assurances: listOf(section({ kind: oneOf(ASSURANCES), text, givenBy: short, annexId: ref })),
  relatedRequests: listOf(relatedRequest),
  parallelProceedings: listOf(parallelProceeding),
  priorContacts: listOf(section({ date: day, channel: short, who: short, outcome: short })),
  annexes: listOf(annex),
}).required({ schemaVersion: true });

export type MlaRequest = z.infer<typeof mlaRequest>;
export type Annex = z.infer<typeof annex>;
export type ParallelProceeding = z.infer<typeof parallelProceeding>;

/** The model as JSON Schema (draft 2020-12), for editors and programs that are not ours. */
export function mlaRequestJsonSchema(): object {
  return z.toJSONSchema(mlaRequest, { io: 'input' });
}
