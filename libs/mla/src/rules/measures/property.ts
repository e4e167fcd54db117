import { hasRole, type Case, type Item } from '../../check/case.js';
import {
  emptyOf,
  isEmpty,
  measuresOf,
  whenEmpty,
  wordsIn,
  type Outcome,
  type RuleSet,
} from '../../check/rule.js';
import type { Measure } from '../../request/measure.js';
import { DESCRIPTION_WORDS } from '../content.js';

function searchGrounds({ value, path }: Item<Measure>, the: Case): Outcome {
  if (isEmpty(value.threshold?.text)) return { paths: [`${path}/threshold/text`] };
  const isUnneeded = !the.isRequestedFrom('CA') || !isEmpty(value.necessityReason);
  return isUnneeded ? null : { paths: [`${path}/necessityReason`], severity: 'missing' };
}

function preconditions(the: Case) {
  return the.facts.country(the.request.requestedState, 'confiscationPreconditions');
}

function beforeCharge(stage: string | undefined): boolean {
  return stage === undefined || stage === 'preliminary' || stage === 'investigation';
}

/** UNTOC, article 13(3)(c), and what the requested State asks for beyond it; the gravest of several gaps decides. */
function freezing({ value, path }: Item<Measure>, the: Case): Outcome {
  const conditions = preconditions(the);
  const names = conditions.value?.freezing ?? [];
  if (names.includes('charged') && beforeCharge(the.request.proceeding?.stage)) {
    return { paths: ['/proceeding/stage'], severity: 'likely-refusal', facts: [conditions.use] };
  }
  const place = names.includes('exact-location')
    ? emptyOf(`${path}/location`, value.location, 'place')
    : [];
  const missing = [...freezingGaps({ value, path }, the), ...place];
  const paths = [...missing, ...emptyOf(path, value, 'property')];
  if (paths.length === 0) return null;
  const severity = missing.length > 0 ? 'missing' : 'quality';
  return { paths, severity, facts: place.length > 0 ? [conditions.use] : [] };
}

function freezingGaps(
  { value, path }: Pick<Item<Measure>, 'value' | 'path'>,
  { request }: Case,
): string[] {
  return [
    ...emptyOf('/facts', request.facts, 'summary'),
    ...emptyOf(`${path}/nexus`, value.nexus, 'explanation'),
    ...(wordsIn(value.description) < DESCRIPTION_WORDS ? [`${path}/description`] : []),
  ];
}

/** UNTOC, article 13(3)(b): an admissible copy of the order, the facts, and how far to execute it. */
function confiscation({ value, path }: Item<Measure>, the: Case): Outcome {
  if (value.mode === 'domestic-proceeding') return null;
  const hasOrder = the.annexes.some(
    ({ value: annex }) =>
      annex.kind === 'confiscation-order' &&
      annex.id !== undefined &&
      value.annexIds?.includes(annex.id) === true,
  );
  const treaty = [
    ...(hasOrder ? [] : [`${path}/annexIds`]),
    ...emptyOf('/facts', the.request.facts, 'summary'),
    ...emptyOf(path, value, 'extent'),
  ];
  return treaty.length > 0 ? { paths: treaty } : domesticConditions({ value, path }, the);
}

function domesticConditions(
  { value, path }: Pick<Item<Measure>, 'value' | 'path'>,
  the: Case,
): Outcome {
  const conditions = preconditions(the);
  const names = conditions.value?.confiscation ?? [];
  const facts = [conditions.use];
  const isConvicted = the.persons.some(({ value: person }) => hasRole(person, 'convicted'));
  if (names.includes('conviction') && !isConvicted) {
    const roles = the.persons.map((person) => `${person.path}/roles`);
    return { paths: [`${path}/type`, ...roles], facts };
  }
  const paths = [
    ...(names.includes('final-order') && value.orderFinal !== true ? [`${path}/orderFinal`] : []),
    ...(names.includes('certified-order') && value.orderCertified !== true
      ? [`${path}/orderCertified`]
      : []),
  ];
  return paths.length > 0 ? { paths, severity: 'missing', facts } : null;
}

export const propertyRules: RuleSet = {
  'search-place': measuresOf(['search-seizure'], ({ value, path }) =>
    whenEmpty(emptyOf(`${path}/location`, value.location, 'place')),
  ),

  'search-grounds': measuresOf(['search-seizure'], searchGrounds),

  'bank-details': measuresOf(['bank-records'], ({ value, path }) =>
    whenEmpty([
      ...emptyOf(`${path}/custodian`, value.custodian, 'name'),
      ...emptyOf(path, value, 'identifiers', 'documentKinds'),
    ]),
  ),

  'remittance-details': measuresOf(['remittance-records'], ({ value, path }) => {
    const isTraceable = (value.identifiers ?? []).some(({ kind }) =>
      ['transfer-number', 'sender-name', 'receiver-name'].includes(kind ?? ''),
    );
    return isTraceable ? null : { paths: [`${path}/identifiers`] };
  }),

  'freeze-content': measuresOf(['freezing'], freezing),

  'confiscation-order': measuresOf(['confiscation'], confiscation),

  'confiscation-third-parties': measuresOf(['freezing', 'confiscation'], ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'thirdParties')),
  ),

  'object-custody': measuresOf(
    ['examine-object', 'expert', 'hand-over-object'],
    ({ value, path }) => whenEmpty(emptyOf(path, value, 'custodyPlan')),
  ),
};
