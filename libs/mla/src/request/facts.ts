import type { z } from 'zod';

import {
  count,
  day,
  flag,
  id,
  listOf,
  money,
  oneOf,
  ref,
  section,
  short,
  state,
  text,
} from './scalars.js';
import { HANDLING_CODES, SOURCE_KINDS } from './vocabulary.js';

const stated = { stated: flag, factParagraphs: listOf(count) };

/** What makes the conduct smuggling, and what aggravates it: each stated or not, and in which paragraphs. */
const elements = section({
  financialBenefit: section({
    ...stated,
    kind: oneOf(['money', 'goods', 'services', 'debt', 'sexual', 'none', 'family', 'humanitarian']),
    amount: money,
    payer: short,
    receiver: short,
  }),
  illegalEntry: section({ ...stated, states: listOf(state) }),
  organisedGroup: section({ ...stated, approxMembers: count, roles: text }),
  transnational: section({ ...stated, states: listOf(state) }),
  knowledge: section(stated),
  endangerment: section(stated),
  exploitation: section({ ...stated, purposeStated: flag }),
  fraudulentDocuments: section(stated),
});

const paragraph = section({ n: count, text, personIds: listOf(ref) });

/** Where a statement of fact comes from, and what its owner allows (CRM plan, Eje 2, action 3). */
const source = section({
  id,
  kind: oneOf(SOURCE_KINDS),
  fromState: state,
  exculpatory: flag,
  usedInParagraphs: listOf(count),
  handling: section({
    code: oneOf(HANDLING_CODES),
    evidentialUse: oneOf(['allowed', 'consent-required', 'forbidden']),
    restrictionRequestedBySender: oneOf(['yes', 'no', 'unknown']),
    onwardAllowed: flag,
    consentRef: short,
    expiresOn: day,
  }),
});

export const facts = section({
  summary: text,
  period: section({ from: day, to: day }),
  places: listOf(section({ state, place: short, role: short })),
  paragraphs: listOf(paragraph),
  elements,
  sources: listOf(source),
});

export type Paragraph = z.infer<typeof paragraph>;
export type Source = z.infer<typeof source>;
export type Elements = z.infer<typeof elements>;
