import { hasRole, isDisclosed, type Case, type Item } from '../check/case.js';
import {
  eachPerson,
  isEmpty,
  measuresOf,
  when,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import type { Measure } from '../request/measure.js';
import type { Person } from '../request/parties.js';
import type { MeasureType } from '../request/vocabulary.js';

// These rules run before anything is shared: to share a draft is itself a disclosure to another State.

const HEARINGS: readonly MeasureType[] = ['testimony', 'testimony-compelled', 'video-hearing'];

function seeksAsylum({ protection }: Person): boolean {
  return protection?.asylum === 'applicant' || protection?.asylum === 'refugee';
}

function originIs({ protection }: Person, state: string | undefined): boolean {
  return state !== undefined && protection?.countryOfOrigin === state;
}

function asylumUnknown({ value, path }: Item<Person>, { request }: Case): Outcome {
  const { asylum, countryOfOrigin } = value.protection ?? {};
  const { requestedState, requestingState } = request;
  const isOfEither = (value.nationalities ?? []).some((state) =>
    [requestedState, requestingState].includes(state),
  );
  const isOpen = asylum === undefined || asylum === 'unknown';
  const exposed = hasRole(value, 'smuggled-migrant') && isOpen && isDisclosed(value) && isOfEither;
  return when(
    exposed ||
      (seeksAsylum(value) && countryOfOrigin === undefined) ||
      (countryOfOrigin !== undefined && asylum === undefined),
    `${path}/protection/asylum`,
    `${path}/protection/countryOfOrigin`,
  );
}

/** A hearing without special measures, of someone who needs them. */
function unsupported(
  { value, path }: Item<Measure>,
  the: Case,
  needs: (person: Person) => boolean,
): Outcome {
  const inNeed = the.targetsOf(value).some(({ value: person }) => needs(person));
  return when(inNeed && isEmpty(value.specialMeasures), `${path}/specialMeasures`);
}

export const protectionRules: RuleSet = {
  'protect-asylum-disclosed': eachPerson(({ value, path }, { request }) =>
    when(
      seeksAsylum(value) && originIs(value, request.requestedState) && isDisclosed(value),
      `${path}/nameDisclosed`,
      `${path}/protection/asylum`,
      `${path}/protection/countryOfOrigin`,
    ),
  ),

  'protect-asylum-requested-by-origin': eachPerson(({ value, path }, the) =>
    when(
      seeksAsylum(value) && originIs(value, the.request.requestingState) && the.isTarget(value),
      `${path}/protection/asylum`,
      `${path}/protection/countryOfOrigin`,
      ...the.measuresAt(value).map((measure) => `${measure.path}/targetPersonIds`),
    ),
  ),

  'protect-asylum-unknown': eachPerson(asylumUnknown),

  'protect-minor-identity': eachPerson(({ value, path }, the) =>
    when(
      the.isChild(value) && isDisclosed(value) && isEmpty(value.protection?.disclosureJustified),
      `${path}/nameDisclosed`,
      `${path}/minor`,
      `${path}/dateOfBirth`,
      `${path}/protection/disclosureJustified`,
    ),
  ),

  'protect-minor-testimony': measuresOf(HEARINGS, (item, the) =>
    unsupported(item, the, (person) => the.isChild(person)),
  ),

  'protect-witness-exposed': eachPerson(({ value, path }) => {
    const hasAddress = !isEmpty(value.location?.address);
    return when(
      value.protection?.protectedWitness === true && (isDisclosed(value) || hasAddress),
      `${path}/nameDisclosed`,
      `${path}/location/address`,
      `${path}/protection/protectedWitness`,
    );
  }),

  'protect-trafficking-victim-identity': eachPerson(({ value, path }) =>
    when(
      value.protection?.traffickingVictim === true &&
        isDisclosed(value) &&
        isEmpty(value.protection.disclosureJustified),
      `${path}/nameDisclosed`,
      `${path}/protection/traffickingVictim`,
      `${path}/protection/disclosureJustified`,
    ),
  ),

  'protect-victim-support': measuresOf(HEARINGS, (item, the) =>
    unsupported(
      item,
      the,
      (person) => !the.isChild(person) && hasRole(person, 'victim', 'smuggled-migrant'),
    ),
  ),

  'protect-data-minimisation': eachPerson(({ value, path }, the) =>
    when(
      value.kind === 'natural' &&
        isDisclosed(value) &&
        !the.isTarget(value) &&
        !the.isNarrated(value),
      path,
    ),
  ),
};
