import { COERCIVE } from '../../catalogue/catalogue.js';
import type { Case, Item } from '../../check/case.js';
import {
  emptyOf,
  isEmpty,
  measuresOf,
  once,
  when,
  type Outcome,
  type RuleSet,
} from '../../check/rule.js';
import type { Measure } from '../../request/measure.js';

/** Coercive measures from which a joint investigation is worth a thought. */
const JOINT_MEASURES = 3;

const isIntelligence = ({ evidentialUse }: Measure) => evidentialUse === 'intelligence';

function specialTechnique({ value, path }: Item<Measure>): Outcome {
  const director = emptyOf(`${path}/arrangement`, value.arrangement, 'director');
  const agreement = emptyOf(path, value, 'agreementRef');
  return when(director.length + agreement.length === 2, ...director, ...agreement);
}

function migrationDetails({ value, path }: Item<Measure>, the: Case): Outcome {
  const targets = the.targetsOf(value).map((item) => item.value);
  const hasDocument = (value.identifiers ?? []).some(({ kind }) => kind === 'document');
  const isNamed = targets.some((person) => !isEmpty(person.name) && !isEmpty(person.dateOfBirth));
  const isExcused =
    targets.length > 0 && targets.every((person) => !isEmpty(person.identityUnknownReason));
  return when(
    !hasDocument && !isNamed && !isExcused,
    `${path}/identifiers`,
    `${path}/targetPersonIds`,
  );
}

/** UNTOC, articles 19 and 20: by agreement of both States, case by case. */
export const cooperationRules: RuleSet = {
  'special-technique-agreement': measuresOf(
    ['controlled-delivery', 'undercover', 'interception'],
    specialTechnique,
  ),

  'joint-as-measure': measuresOf(['joint-investigation'], ({ path }) => ({
    paths: [`${path}/type`],
  })),

  'joint-better': once('request', (the) => {
    const { parallelProceedings = [], requestedState } = the.request;
    const isOpen = parallelProceedings.some(
      ({ state, final }) => state !== undefined && state === requestedState && final !== true,
    );
    const coercive = the.measures.filter(({ value }) => COERCIVE.has(value.type));
    return when(isOpen && coercive.length >= JOINT_MEASURES, '/measures', '/parallelProceedings');
  }),

  'migration-details': measuresOf(['migration-records'], migrationDetails),

  'migration-informal': measuresOf(['migration-records'], ({ value, path }) =>
    when(isIntelligence(value), `${path}/evidentialUse`),
  ),

  'public-record': measuresOf(
    ['corporate-registry', 'property-registry', 'court-record'],
    ({ value, path }) =>
      when(
        value.publicRecord === true && value.certifiedNeeded !== true,
        `${path}/publicRecord`,
        `${path}/certifiedNeeded`,
      ),
  ),

  'criminal-record-police': measuresOf(['criminal-record'], ({ value, path }) =>
    when(isIntelligence(value), `${path}/evidentialUse`),
  ),

  'informal-enough': once('request', (the) =>
    when(
      the.measures.length > 0 &&
        the.measures.every(({ value }) => isIntelligence(value) && !COERCIVE.has(value.type)),
      ...the.measures.map(({ path }) => `${path}/evidentialUse`),
    ),
  ),
};
