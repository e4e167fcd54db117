import { COERCIVE } from '../catalogue/catalogue.js';
import type { Case } from '../check/case.js';
import {
  eachMeasure,
  isEmpty,
  once,
  when,
  type Answer,
  type Fires,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import type { ReadFact } from '../packs/fact-reader.js';
import type { Measure } from '../request/measure.js';
import type { MeasureType } from '../request/vocabulary.js';

const PATHS = ['/dualCriminality/statement'];

/** Nassau Convention, article 5: may be required for these; for the two examinations the text is less clear. */
const NASSAU_TYPES: readonly (MeasureType | undefined)[] = [
  'search-seizure',
  'freezing',
  'confiscation',
];
const NASSAU_ADVICE: readonly (MeasureType | undefined)[] = ['examine-site', 'examine-object'];

type DualFact = ReadFact<{ general: boolean | null; measures: MeasureType[] }>;

function demands({ value }: DualFact, type: Measure['type']): boolean {
  return value?.general === true || (type !== undefined && value?.measures.includes(type) === true);
}

function underNassau(type: Measure['type'], the: Case): Outcome {
  // A search warrant is how a United States court gets content (18 USC 3512).
  const isContentByWarrant = type === 'stored-content' && the.isRequestedFrom('US');
  if (NASSAU_TYPES.includes(type) || isContentByWarrant) {
    return { paths: PATHS, facts: the.governingFacts };
  }
  if (NASSAU_ADVICE.includes(type)) {
    return { paths: PATHS, severity: 'advice', facts: the.governingFacts };
  }
  if (!the.isRequestedFrom('CA')) return null;
  const fact = the.facts.country('CA', 'dualCriminality');
  return demands(fact, type) ? { paths: PATHS, facts: [fact.use] } : null;
}

/** UNTOC, article 18(9): the State may decline, it may also assist; the split by coercion is the product's. */
function underDomesticLaw(type: Measure['type'], the: Case): Outcome {
  const fact = the.facts.country(the.request.requestedState, 'dualCriminality');
  if (demands(fact, type)) return { paths: PATHS, facts: [fact.use] };
  const open: Fires = { paths: PATHS, severity: COERCIVE.has(type) ? 'missing' : 'quality' };
  if (fact.value === null || fact.value.general === null) return open;
  return the.governing.instrument === null
    ? null
    : { paths: PATHS, severity: 'quality', facts: [fact.use] };
}

function notAddressed({ type }: Measure, the: Case): Outcome {
  const { request, governing } = the;
  // Budapest Convention, article 29(3): preservation never needs it.
  if (type === 'preservation' || !isEmpty(request.dualCriminality?.statement)) return null;
  if (governing.instrument === 'CA-1993') return { paths: PATHS, facts: the.governingFacts };
  if (governing.instrument === 'NASSAU') return underNassau(type, the);
  if (governing.instrument === 'BILATERAL') {
    const { requestingState: a = '', requestedState: b = '' } = request;
    const fact = the.facts.bilateral(a, b).dualCriminality();
    if (demands(fact, type)) return { paths: PATHS, facts: [fact.use] };
    if (fact.value !== null && fact.value.general !== null) return null;
  }
  return underDomesticLaw(type, the);
}

/** Elements of the requested State's offence that the facts do not state; one answer for each. */
function elementGaps(the: Case): Answer[] {
  if (!the.hasCategory('smuggling')) return [];
  const required = the.facts.country(the.request.requestedState, 'smugglingElements');
  if (required.value === null) {
    return [{ subject: 'facts', at: 0, outcome: { ask: [required.use] } }];
  }
  // UNTOC, article 34(2): neither is an element of the offence, except for participation in a group.
  const countsUntoc =
    required.use.confidence === 'verified' || the.hasCategory('ocg-participation');
  return required.value.flatMap((element, at) => {
    const isUntoc = element === 'organisedGroup' || element === 'transnational';
    if (the.elements[element]?.stated === true || (isUntoc && !countsUntoc)) return [];
    const outcome = { paths: [`/facts/elements/${element}/stated`], facts: [required.use] };
    return [{ subject: element, at, outcome }];
  });
}

/** Words of local use, whole and in any case; the name of a statute in capitals, but not the island. */
const JARGON =
  /(?<!\p{L})(coyote|pollero|coyotaje|enganchador|vinculad[oa] a proceso|imputabil\p{L}*)(?!\p{L})/iu;
const RICO = /(?<!\p{L})(?<!Puerto\s)RICO(?!\p{L})/u;

export const dualCriminalityRules: RuleSet = {
  'dual-not-addressed': eachMeasure(({ value }, the) => notAddressed(value, the)),

  'dual-element-gap': elementGaps,

  'dual-us-one-year': once('dualCriminality', (the) =>
    when(
      the.isRequestedFrom('US') &&
        the.hasMeasure(new Set(['search-seizure', 'stored-content'])) &&
        the.request.dualCriminality?.usPenaltyOverOneYear !== true,
      '/dualCriminality/usPenaltyOverOneYear',
    ),
  ),

  'style-jargon': once('facts', ({ request }) => {
    const summary = request.facts?.summary ?? '';
    const isLocal = JARGON.test(summary) || RICO.test(summary);
    return when(isLocal && isEmpty(request.glossary), '/facts/summary', '/glossary');
  }),
};
