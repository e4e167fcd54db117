import { isDisclosed, type Case } from '../check/case.js';
import {
  eachMeasure,
  eachOffence,
  eachPerson,
  emptyOf,
  isEmpty,
  once,
  when,
  whenEmpty,
  wordsIn,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import type { Person } from '../request/parties.js';
import type { MeasureType } from '../request/vocabulary.js';
import { COVERED } from './scope.js';

/** Words below which an account of the facts looks too short, and a measure counts as not described. */
const FACTS_WORDS = 120;
export const DESCRIPTION_WORDS = 8;

const HEARINGS: readonly (MeasureType | undefined)[] = [
  'testimony',
  'testimony-compelled',
  'video-hearing',
];
const NEEDS_PLACE = [...HEARINGS, 'service-of-documents', 'transfer-detained'];

/** UNTOC, article 18(15)(e), where possible; which data identify a person is practice. */
function absentIdentity(path: string, person: Person): string[] {
  const absent = emptyOf(path, person, 'name');
  if (person.kind === 'legal') {
    const { number, state } = person.registration ?? {};
    return isEmpty(number) && isEmpty(state) ? [...absent, `${path}/registration`] : absent;
  }
  if (isEmpty(person.dateOfBirth) && isEmpty(person.idDocuments)) {
    absent.push(`${path}/dateOfBirth`, `${path}/idDocuments`);
  }
  return [...absent, ...emptyOf(path, person, 'nationalities')];
}

function location(path: string, person: Person, the: Case): Outcome {
  const types = the.measuresAt(person).map(({ value }) => value.type);
  const needing = types.filter((type) => NEEDS_PLACE.includes(type));
  const { location: place } = person;
  const onlyHeard = needing.every((type) => HEARINGS.includes(type));
  if (needing.length === 0 || (onlyHeard && !isEmpty(place?.unknownReason))) return null;
  if (place?.state === undefined || place.state !== the.request.requestedState) {
    return { paths: [`${path}/location/state`] };
  }
  const absent = emptyOf(`${path}/location`, place, 'address', 'facility', 'lead');
  return absent.length === 3 ? { paths: absent } : null;
}

/** Nassau Convention, article 26, asks for the penalty; UNTOC needs it only to find serious crime. */
function penaltySeverity(the: Case) {
  const { instrument } = the.governing;
  if (instrument === 'NASSAU') return { severity: 'missing', facts: the.governingFacts } as const;
  const needed = instrument === null || the.isRequestedFrom('US') || !the.hasCategory(...COVERED);
  return { severity: needed ? 'missing' : 'quality' } as const;
}

export const contentRules: RuleSet = {
  'content-requesting-authority': once('authorities', ({ request }) =>
    whenEmpty(
      emptyOf('/authorities/requesting', request.authorities?.requesting, 'name', 'office'),
    ),
  ),

  'content-conducting-authority': once('authorities', ({ request }) =>
    whenEmpty(
      emptyOf('/authorities/conducting', request.authorities?.conducting, 'name', 'function'),
    ),
  ),

  'content-proceeding': once('proceeding', ({ request }) => {
    const absent = emptyOf('/proceeding', request.proceeding, 'stage', 'kind', 'reference');
    if (absent.length === 0) return null;
    const onlyReference = absent.length === 1 && absent[0] === '/proceeding/reference';
    return { paths: absent, severity: onlyReference ? 'quality' : 'missing' };
  }),

  'content-facts': once('facts', (the) =>
    the.isServiceOnly ? null : whenEmpty(emptyOf('/facts', the.request.facts, 'summary')),
  ),

  'content-facts-thin': once('facts', (the) => {
    const { facts } = the.request;
    if (isEmpty(facts?.summary) || the.isServiceOnly) return null;
    const paths = [
      ...emptyOf('/facts/period', facts?.period, 'from'),
      ...emptyOf('/facts', facts, 'places'),
    ];
    if (wordsIn(facts?.summary) < FACTS_WORDS) paths.unshift('/facts/summary');
    return whenEmpty(paths);
  }),

  'content-originating-act': once('proceeding', (the) => {
    const act = the.request.proceeding?.originatingAct;
    const path = '/proceeding/originatingAct';
    const absent = emptyOf(path, act, 'description', 'authority', 'date');
    if (absent.length === 0 || !the.governs('NASSAU')) return null;
    return { paths: absent, facts: the.governingFacts };
  }),

  'content-no-measure': once('measures', ({ measures }) =>
    when(measures.length === 0, '/measures'),
  ),

  'content-measure-description': eachMeasure(({ value, path }) =>
    when(wordsIn(value.description) < DESCRIPTION_WORDS, `${path}/description`),
  ),

  'content-purpose': eachMeasure(({ value, path }) => whenEmpty(emptyOf(path, value, 'purpose'))),

  'content-person-identity': eachPerson(({ value, path }, the) => {
    const excused = !isDisclosed(value) || !isEmpty(value.identityUnknownReason);
    return excused || !the.isTarget(value) ? null : whenEmpty(absentIdentity(path, value));
  }),

  'content-person-location': eachPerson(({ value, path }, the) => location(path, value, the)),

  'content-offence-provision': eachOffence(({ value, path }) =>
    whenEmpty(emptyOf(`${path}/provision`, value.provision, 'article', 'annexId')),
  ),

  'content-no-offence': once('offences', ({ offences }) =>
    when(offences.length === 0, '/offences'),
  ),

  'content-penalty': eachOffence(({ value, path }, the) => {
    const stated =
      value.maxPenaltyYears !== undefined ||
      value.lifePossible === true ||
      value.deathPossible === true;
    return stated ? null : { paths: [`${path}/maxPenaltyYears`], ...penaltySeverity(the) };
  }),

  'content-contact': once('authorities', ({ request }) => {
    const officer = request.authorities?.requesting?.officer;
    return whenEmpty(emptyOf('/authorities/requesting/officer', officer, 'phone', 'email'));
  }),
};
