import { COERCIVE, COVERT, DATA, RECORDS } from '../catalogue/catalogue.js';
import { hasRole, type Case, type Item } from '../check/case.js';
import {
  each,
  eachOffence,
  emptyOf,
  isEmpty,
  measuresOf,
  once,
  when,
  whenEmpty,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import { daysBetween } from '../request/days.js';
import type { MlaRequest } from '../request/model.js';
import type { Offence } from '../request/parties.js';
import type { MeasureType } from '../request/vocabulary.js';

/** Days within which a deadline is unrealistic, and within which a known date deserves urgency. */
const DEADLINE_DAYS = 15;
const KEY_DATE_DAYS = 120;

/** 18 USC 3505: foreign records of a regularly conducted activity. */
const US_3505: ReadonlySet<MeasureType | undefined> = new Set<MeasureType>([
  'bank-records',
  'business-records',
  'telecom-records',
  'remittance-records',
]);

function confidentialityReason({ request }: Case): Outcome {
  const { confidentiality } = request;
  if (confidentiality?.requested !== true) return null;
  const isUs = request.requestedState === 'US';
  return whenEmpty([
    ...emptyOf('/confidentiality', confidentiality, 'reasons', 'ifNotPossible'),
    ...(isUs ? emptyOf('/confidentiality', confidentiality, 'reasonKinds') : []),
  ]);
}

function nearKeyDates(the: Case): Outcome {
  if ((the.request.urgency?.level ?? 'normal') !== 'normal') return null;
  const near = (the.request.proceeding?.keyDates ?? []).flatMap(({ date }, index) => {
    const days = date === undefined ? -1 : daysBetween(the.today, date);
    return days >= 0 && days <= KEY_DATE_DAYS ? [`/proceeding/keyDates/${index}/date`] : [];
  });
  return near.length > 0 ? { paths: [...near, '/urgency/level'] } : null;
}

function deathAssurance({ value, path }: Item<Offence>, the: Case): Outcome {
  if (value.deathPossible !== true || the.hasAssurance('death-penalty')) return null;
  const penalty = the.facts.country(the.request.requestedState, 'deathPenalty');
  if (penalty.value === null) return { ask: [penalty.use] };
  return penalty.value === 'abolished' || penalty.value === 'abolished-ordinary'
    ? { paths: [`${path}/deathPossible`, '/assurances'], facts: [penalty.use] }
    : null;
}

function lifeAssurance({ value, path }: Item<Offence>, the: Case): Outcome {
  if (value.lifePossible !== true || the.hasAssurance('life-sentence')) return null;
  const sentence = the.facts.country(the.request.requestedState, 'lifeSentence');
  if (sentence.value === null) return { ask: [sentence.use] };
  if (sentence.value === 'available') return null;
  const severity = sentence.value === 'strict' ? 'likely-refusal' : 'quality';
  return { paths: [`${path}/lifePossible`, '/assurances'], severity, facts: [sentence.use] };
}

type Related = NonNullable<MlaRequest['relatedRequests']>[number];

const relatedRequests = ({ request }: Case): Item<Related>[] =>
  (request.relatedRequests ?? []).map((value, index) => ({
    value,
    index,
    path: `/relatedRequests/${index}`,
    subject: value.ref ?? `relatedRequests/${index}`,
  }));

export const safeguardRules: RuleSet = {
  'confidentiality-covert': once('confidentiality', (the) => {
    const { confidentiality } = the.request;
    const isOpen = confidentiality?.requested !== true && isEmpty(confidentiality?.notNeededReason);
    return when(the.hasMeasure(COVERT) && isOpen, '/confidentiality/requested');
  }),

  'confidentiality-reason': once('confidentiality', confidentialityReason),

  'confidentiality-conflict': measuresOf(
    ['testimony', 'testimony-compelled', 'service-of-documents'],
    ({ value, path }, the) => {
      const isSecret = the.request.confidentiality?.requested === true;
      const meetsSuspect = the
        .targetsOf(value)
        .some(({ value: person }) => hasRole(person, 'suspect'));
      return when(isSecret && meetsSuspect && isEmpty(value.sequence), `${path}/sequence`);
    },
  ),

  'urgency-reason': once('urgency', ({ request: { urgency } }) =>
    (urgency?.level ?? 'normal') === 'normal'
      ? null
      : whenEmpty(emptyOf('/urgency', urgency, 'reason', 'deadline')),
  ),

  'urgency-unrealistic': once('urgency', ({ request: { urgency }, today }) => {
    const deadline = urgency?.deadline;
    const isSoon = deadline !== undefined && daysBetween(today, deadline) < DEADLINE_DAYS;
    return when(isSoon && urgency?.level !== 'emergency', '/urgency/deadline');
  }),

  'urgency-hidden': once('urgency', nearKeyDates),

  'use-other-proceedings': once('use', ({ request: { use } }) =>
    when(
      !isEmpty(use?.otherProceedings) &&
        use?.otherProceedingsStated !== true &&
        use?.consentAsked !== true,
      '/use/otherProceedingsStated',
      '/use/consentAsked',
    ),
  ),

  'use-statement': once('use', ({ request: { use } }) =>
    when(use?.purposeLimited !== true, '/use/purposeLimited'),
  ),

  'assurance-death': eachOffence(deathAssurance),

  'assurance-life': eachOffence(lifeAssurance),

  'costs-extraordinary': once('costs', ({ request: { costs } }) =>
    when(costs?.extraordinaryExpected === true && isEmpty(costs.proposal), '/costs/proposal'),
  ),

  'expert-travel-costs': measuresOf(
    ['expert', 'transfer-detained', 'voluntary-appearance'],
    (_, { request: { costs } }) =>
      when(isEmpty(costs?.travel) && isEmpty(costs?.proposal), '/costs/travel', '/costs/proposal'),
  ),

  'evidence-certification': once('evidence', ({ measures, request: { evidence } }) => {
    const isEvidence = measures.some(
      ({ value }) => RECORDS.has(value.type) && value.evidentialUse !== 'intelligence',
    );
    return isEvidence ? whenEmpty(emptyOf('/evidence', evidence, 'certification')) : null;
  }),

  'evidence-us-3505': once('evidence', (the) => {
    const { requestingState, proceeding, evidence } = the.request;
    const isTrial = (proceeding?.kind ?? 'criminal') === 'criminal';
    const isCertified = evidence?.certification?.includes('us-3505-certificate') === true;
    return when(
      requestingState === 'US' && isTrial && the.hasMeasure(US_3505) && !isCertified,
      '/evidence/certification',
    );
  }),

  'evidence-digital-integrity': once('evidence', (the) =>
    the.hasMeasure(DATA)
      ? whenEmpty(emptyOf('/evidence/digital', the.request.evidence?.digital, 'hash', 'format'))
      : null,
  ),

  'originals-return': once('evidence', ({ request: { evidence } }) => {
    const originals = evidence?.originals;
    if (originals?.requested !== true) return null;
    const path = '/evidence/originals';
    return whenEmpty([
      ...emptyOf(path, originals, 'reason'),
      ...(originals.return === true ? [] : [`${path}/return`]),
    ]);
  }),

  'duplicate-request': each(relatedRequests, ({ value, path }, { request }) =>
    when(
      value.state !== undefined &&
        value.state === request.requestedState &&
        value.status === 'pending' &&
        value.sameMeasure === true,
      `${path}/sameMeasure`,
    ),
  ),

  'supplement-reference': once('request', ({ request }) =>
    when(
      request.requestKind === 'supplementary' && isEmpty(request.relatedRequests),
      '/relatedRequests',
    ),
  ),

  'prior-contact': once('request', (the) =>
    when(the.hasMeasure(COERCIVE) && isEmpty(the.request.priorContacts), '/priorContacts'),
  ),
};
