import { inCategory, type Case } from '../check/case.js';
import {
  eachOffence,
  isEmpty,
  once,
  when,
  type Fires,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import { primaryInstrument } from '../packs/governing.js';
import type { Offence } from '../request/parties.js';

/** The offences of the Convention itself: articles 5, 6, 8 and 23. */
const CONVENTION = ['ocg-participation', 'money-laundering', 'corruption', 'obstruction'] as const;
/** With those of its protocols. */
export const COVERED = [...CONVENTION, 'smuggling', 'trafficking'] as const;
const PROTOCOLS = [
  { category: 'smuggling', instrument: 'SOM-PROTOCOL' },
  { category: 'trafficking', instrument: 'TIP-PROTOCOL' },
] as const;
/** UNTOC, article 2(b): four years or a more serious penalty. */
const SERIOUS_YEARS = 4;
/** Nassau Convention, article 6. */
const NASSAU_YEARS = 1;

function isSerious({ maxPenaltyYears, lifePossible, deathPossible }: Offence): boolean {
  return (maxPenaltyYears ?? 0) >= SERIOUS_YEARS || lifePossible === true || deathPossible === true;
}

function offencePaths(the: Case): string[] {
  return the.offences.length === 0
    ? ['/offences']
    : the.offences.flatMap(({ path }) => [`${path}/categories`, `${path}/maxPenaltyYears`]);
}

/** UNTOC, articles 3(1) and 37(3): a protocol as basis covers its own offences, and must bind both States. */
function untocScope(the: Case): Outcome {
  const paths = [...offencePaths(the), ...the.choicePaths];
  const primary = primaryInstrument(the.request);
  if (primary === 'SOM-PROTOCOL') return the.hasCategory('smuggling') ? null : { paths };
  if (primary !== 'UNTOC' || the.hasCategory(...CONVENTION)) return null;
  if (the.offences.some(({ value }) => isSerious(value))) return null;
  const statuses = PROTOCOLS.filter(({ category }) => the.hasCategory(category)).map(
    ({ instrument }) => the.status(instrument),
  );
  if (statuses.some(({ state }) => state === 'in-force')) return null;
  const open = statuses.filter(({ state }) => state === 'unknown');
  if (open.length > 0) return { ask: open.flatMap(({ facts }) => facts) };
  return { paths, facts: statuses.flatMap(({ facts }) => facts) };
}

function nassauOneYear(the: Case): Outcome {
  const minor =
    the.offences.length > 0 &&
    the.offences.every(({ value }) => (value.maxPenaltyYears ?? NASSAU_YEARS) < NASSAU_YEARS);
  if (!minor) return null;
  if (the.mightGovern('NASSAU')) return { ask: the.status('NASSAU').facts };
  if (!the.governs('NASSAU')) return null;
  return { paths: [...offencePaths(the), ...the.choicePaths], facts: the.governingFacts };
}

/** UNTOC, articles 10(2) and 18(2): the liability of a legal person may be civil or administrative. */
function notCriminal(the: Case): Outcome {
  const kind = the.request.proceeding?.kind;
  if (kind !== 'administrative' && kind !== 'civil' && kind !== 'migration') return null;
  const fires: Fires = { paths: ['/proceeding/kind'] };
  const legalPerson = the.persons.some(
    ({ value: { kind: what, roles = [] } }) =>
      what === 'legal' && roles.some((role) => ['suspect', 'accused', 'convicted'].includes(role)),
  );
  const covered = the.offences.some(
    ({ value }) => inCategory(value, ...COVERED) || (value.maxPenaltyYears ?? 0) >= SERIOUS_YEARS,
  );
  if (kind === 'migration' || !legalPerson || !covered) return fires;
  if (!the.cites('UNTOC', 'SOM-PROTOCOL')) return fires;
  const { state, facts } = the.status('UNTOC');
  return { ...fires, facts, severity: state === 'in-force' ? 'advice' : undefined };
}

/** Nassau Convention, article 8: offences under military law only are outside its scope. */
function militaryOnly(path: string, the: Case): Fires {
  const fires: Fires = { paths: [`${path}/categories`, ...the.choicePaths] };
  const others = (the.request.legalBases ?? [])
    .map((basis) => basis.instrument ?? 'RECIPROCITY')
    .filter((instrument) => !['NASSAU', 'A-59', 'RECIPROCITY'].includes(instrument))
    .map((instrument) => the.status(instrument));
  if (!the.governs('NASSAU') || others.some(({ state }) => state === 'in-force')) return fires;
  const facts = [...the.governingFacts, ...others.flatMap((other) => other.facts)];
  return { ...fires, severity: 'blocker', facts };
}

const CITES_UNTOC = ['UNTOC', 'SOM-PROTOCOL'] as const;

export const scopeRules: RuleSet = {
  'scope-untoc-offence': once('offences', untocScope),

  'scope-transnational-not-stated': once('facts', (the) =>
    when(
      the.cites(...CITES_UNTOC) && the.elements.transnational?.stated !== true,
      '/facts/elements/transnational/stated',
    ),
  ),

  'scope-ocg-not-stated': once('facts', (the) => {
    const group = the.elements.organisedGroup;
    const stated = group?.stated === true && (group.approxMembers ?? 0) >= 3;
    const path = '/facts/elements/organisedGroup';
    return when(the.cites(...CITES_UNTOC) && !stated, `${path}/stated`, `${path}/approxMembers`);
  }),

  'scope-nassau-one-year': once('offences', nassauOneYear),

  'not-criminal-matter': once('proceeding', notCriminal),

  'jurisdiction-not-shown': once('facts', (the) => {
    const { requestingState, facts, proceeding } = the.request;
    const isHere = (facts?.places ?? []).some(
      ({ state }) => state !== undefined && state === requestingState,
    );
    if (isHere || !isEmpty(proceeding?.jurisdictionStatement)) return null;
    const paths = ['/facts/places', '/proceeding/jurisdictionStatement'];
    if (the.hasMeasure(new Set(['freezing', 'confiscation'])))
      return { paths, severity: 'missing' };
    return the.governs('NASSAU')
      ? { paths, severity: 'missing', facts: the.governingFacts }
      : { paths, severity: 'quality' };
  }),

  'offence-political': eachOffence(({ value, path }) =>
    when(
      inCategory(value, 'political') || value.politicalMotiveAlleged === true,
      `${path}/categories`,
      `${path}/politicalMotiveAlleged`,
    ),
  ),

  'offence-military': eachOffence(({ value, path }, the) =>
    inCategory(value, 'military-only') ? militaryOnly(path, the) : null,
  ),

  'offence-fiscal': once('offences', (the) => {
    const fiscal =
      the.offences.length > 0 && the.offences.every(({ value }) => inCategory(value, 'fiscal'));
    if (!fiscal) return null;
    const paths = the.offences.map(({ path }) => `${path}/categories`);
    const grave = the.governs('NASSAU') && !the.hasCategory('smuggling', 'money-laundering');
    const protocol = grave ? the.status('A-59') : null;
    if (!protocol || protocol.state === 'in-force') return { paths };
    return { paths, severity: 'likely-refusal', facts: [...the.governingFacts, ...protocol.facts] };
  }),
};
