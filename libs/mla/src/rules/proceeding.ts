import type { Case, Item } from '../check/case.js';
import { hasRole } from '../check/case.js';
import { each, eachMeasure, emptyOf, isEmpty, once, when, type RuleSet } from '../check/rule.js';
import { daysBetween } from '../request/days.js';
import type { ParallelProceeding } from '../request/model.js';
import type { MeasureType } from '../request/vocabulary.js';

/** Days before the end of limitation from which urgency is advised. */
const LIMITATION_NEAR_DAYS = 365;

/** Measures in which officers of the requesting State may act with the other State's agreement. */
const BY_AGREEMENT: ReadonlySet<MeasureType | undefined> = new Set<MeasureType>([
  'video-hearing',
  'joint-investigation',
  'controlled-delivery',
  'undercover',
]);

/** Parallel proceedings are called by their State. */
function parallels(the: Case): Item<ParallelProceeding>[] {
  return (the.request.parallelProceedings ?? []).map((value, index) => ({
    value,
    index,
    path: `/parallelProceedings/${index}`,
    subject: value.state ?? `parallelProceedings/${index}`,
  }));
}

export const proceedingRules: RuleSet = {
  'tribunal-ad-hoc': once('proceeding', ({ request }) => {
    const kind = request.proceeding?.court?.kind;
    return when(kind === 'exceptional' || kind === 'ad-hoc', '/proceeding/court/kind');
  }),

  'discriminatory-purpose': once('proceeding', ({ request }) =>
    when(
      request.proceeding?.discriminatoryPurposeIndicated === true,
      '/proceeding/discriminatoryPurposeIndicated',
    ),
  ),

  'ne-bis-in-idem': each(parallels, ({ value, path }, the) => {
    const tried = the.persons.some(
      ({ value: person }) =>
        person.id !== undefined &&
        value.personIds?.includes(person.id) === true &&
        hasRole(person, 'suspect', 'accused'),
    );
    if (value.sameFacts !== true || value.final !== true || !tried) return null;
    const { requestingState, requestedState } = the.request;
    const isThird =
      value.state !== undefined && ![requestingState, requestedState].includes(value.state);
    return {
      paths: [`${path}/final`, `${path}/personIds`],
      severity: isThird ? 'advice' : undefined,
    };
  }),

  'parallel-open': each(parallels, ({ value, path }, { request }) =>
    when(
      value.state !== undefined &&
        value.state === request.requestedState &&
        value.sameFacts === true &&
        value.final !== true,
      `${path}/sameFacts`,
    ),
  ),

  'limitation-expired': once('proceeding', ({ request, today }) => {
    const limitation = request.proceeding?.limitation;
    const expiresOn = limitation?.expiresOn;
    return when(
      expiresOn !== undefined && expiresOn < today && limitation?.stoppedBecause === undefined,
      '/proceeding/limitation/expiresOn',
      '/proceeding/limitation/stoppedBecause',
    );
  }),

  'limitation-not-assessed': once('proceeding', ({ request }) => {
    const limitation = request.proceeding?.limitation;
    const path = '/proceeding/limitation';
    const isOpen = isEmpty(limitation?.expiresOn) && limitation?.none !== true;
    if (limitation?.assessed !== true) return { paths: [`${path}/assessed`] };
    return isOpen ? { paths: emptyOf(path, limitation, 'expiresOn', 'none') } : null;
  }),

  'limitation-near': once('proceeding', ({ request, today }) => {
    const expiresOn = request.proceeding?.limitation?.expiresOn;
    if (expiresOn === undefined || (request.urgency?.level ?? 'normal') !== 'normal') return null;
    const days = daysBetween(today, expiresOn);
    return when(
      days >= 0 && days <= LIMITATION_NEAR_DAYS,
      '/proceeding/limitation/expiresOn',
      '/urgency/level',
    );
  }),

  'defence-evidence': eachMeasure(({ value, path }, the) => {
    if (value.onBehalfOf !== 'defence') return null;
    const isMexico = the.isRequestedFrom('MX') || the.request.requestingState === 'MX';
    return { paths: [`${path}/onBehalfOf`], severity: isMexico ? undefined : 'quality' };
  }),

  'sovereignty-own-officers': eachMeasure(({ value, path }) =>
    when(
      value.executingActor === 'requesting-officials' &&
        !(BY_AGREEMENT.has(value.type) && !isEmpty(value.agreementRef)),
      `${path}/executingActor`,
    ),
  ),
};
