import { COERCIVE, RECORDS } from '../../catalogue/catalogue.js';
import type { Case, Item } from '../../check/case.js';
import {
  eachMeasure,
  eachPerson,
  emptyOf,
  isEmpty,
  measuresOf,
  once,
  when,
  whenEmpty,
  type Outcome,
  type RuleSet,
} from '../../check/rule.js';
import { daysBetween } from '../../request/days.js';
import type { Measure } from '../../request/measure.js';
import type { MeasureType } from '../../request/vocabulary.js';

/** Days by which a period may exceed the facts on either side before it needs a reason. */
const RANGE_MARGIN_DAYS = 365;
/** Years of the highest penalty up to which a matter counts as minor, where the State has not said. */
const DE_MINIMIS_YEARS = 1;

const NEEDS_IDENTIFIER: readonly MeasureType[] = [
  'bank-records',
  'remittance-records',
  'telecom-records',
  'subscriber-data',
  'traffic-data',
  'stored-content',
  'interception',
  'corporate-registry',
  'property-registry',
];

/** “All” and “every”, whole words in any case. */
const ALL = /(?<!\p{L})(all|every|todas?|todos|cualquier)(?!\p{L})/iu;

function rangeExcessive({ value, path }: Item<Measure>, { request }: Case): Outcome {
  const { from, to } = value.dateRange ?? {};
  const facts = request.facts?.period;
  if (!isEmpty(value.rangeReason) || facts?.from === undefined) return null;
  if (from === undefined || to === undefined) return null;
  const isEarly = daysBetween(from, facts.from) > RANGE_MARGIN_DAYS;
  const isLate = facts.to !== undefined && daysBetween(facts.to, to) > RANGE_MARGIN_DAYS;
  const paths = [
    ...(isEarly ? [`${path}/dateRange/from`] : []),
    ...(isLate ? [`${path}/dateRange/to`] : []),
  ];
  return whenEmpty(paths);
}

function fishing({ value, path }: Item<Measure>): Outcome {
  const isRecords = RECORDS.has(value.type) || value.type === 'search-seizure';
  const isOpen = isEmpty(value.identifiers) || isEmpty(value.dateRange?.from);
  return when(isRecords && isOpen && ALL.test(value.description ?? ''), `${path}/description`);
}

function otherState({ value, path }: Item<Measure>, { request }: Case): Outcome {
  const holders = { custodian: value.custodian?.state, location: value.location?.state };
  const elsewhere = Object.entries(holders).filter(
    ([, state]) => state !== undefined && state !== request.requestedState,
  );
  return whenEmpty(elsewhere.map(([holder]) => `${path}/${holder}/state`));
}

function sharesIdentifier(measure: Measure, the: Case): boolean {
  const values = new Set((measure.identifiers ?? []).flatMap(({ value }) => value ?? []));
  return the.measures.some(
    ({ value: other }) =>
      other.type === 'subscriber-data' &&
      (other.identifiers ?? []).some(({ value }) => value !== undefined && values.has(value)),
  );
}

function deMinimis(the: Case): Outcome {
  const years = the.offences.flatMap(({ value }) => value.maxPenaltyYears ?? []);
  const hasLife = the.offences.some(({ value }) => value.lifePossible === true);
  if (years.length === 0 || hasLife || !the.hasMeasure(COERCIVE)) return null;
  const threshold = the.facts.country(the.request.requestedState, 'deMinimisYears');
  if (Math.max(...years) > (threshold.value ?? DE_MINIMIS_YEARS)) return null;
  return {
    paths: the.offences.map(({ path }) => `${path}/maxPenaltyYears`),
    facts: [threshold.use],
  };
}

export const specificityRules: RuleSet = {
  'spec-no-date-range': measuresOf(RECORDS, ({ value, path }) =>
    whenEmpty(emptyOf(`${path}/dateRange`, value.dateRange, 'from', 'to')),
  ),

  'spec-range-excessive': measuresOf(RECORDS, rangeExcessive),

  'spec-no-identifier': measuresOf(NEEDS_IDENTIFIER, ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'identifiers')),
  ),

  'spec-no-custodian': measuresOf(RECORDS, ({ value, path }) =>
    whenEmpty(emptyOf(`${path}/custodian`, value.custodian, 'name')),
  ),

  'spec-fishing': eachMeasure(fishing),

  'nexus-missing': eachMeasure(({ value, path }, the) => {
    if (value.type === 'service-of-documents') return null;
    const paths = emptyOf(`${path}/nexus`, value.nexus, 'explanation', 'factParagraphs');
    if (paths.length === 0) return null;
    if (the.isRequestedFrom('CA', 'MX', 'US')) return { paths };
    return the.governs('NASSAU')
      ? { paths, facts: the.governingFacts }
      : { paths, severity: 'missing' };
  }),

  'nexus-target-absent': eachPerson(({ value, path }, the) => {
    const measures = the
      .measuresAt(value)
      .filter(({ value: measure }) => measure.type !== 'service-of-documents');
    return when(measures.length > 0 && !the.isNarrated(value), path, '/facts/paragraphs');
  }),

  'evidence-location-unexplained': measuresOf(COERCIVE, ({ value, path }, { request }) => {
    const states = [value.custodian?.state, value.location?.state];
    const isThere = states.some((state) => state !== undefined && state === request.requestedState);
    return when(isEmpty(value.whyThere) && !isThere, `${path}/whyThere`);
  }),

  'measure-other-state': eachMeasure(otherState),

  deminimis: once('request', deMinimis),

  'less-intrusive-first': measuresOf(['stored-content', 'interception'], ({ value, path }, the) =>
    when(
      isEmpty(value.necessityReason) && !sharesIdentifier(value, the),
      `${path}/necessityReason`,
    ),
  ),
};
