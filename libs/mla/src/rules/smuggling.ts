import { hasRole, inCategory, type Case } from '../check/case.js';
import {
  eachOffence,
  eachPerson,
  emptyOf,
  isEmpty,
  measuresOf,
  once,
  when,
  whenEmpty,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import type { Offence } from '../request/parties.js';

/** Smuggling Protocol, article 3(a), counts serious crime of UNTOC, article 2(b), apart from its own definition. */
const SERIOUS_YEARS = 4;
const BENEFIT = '/facts/elements/financialBenefit';
const ENTRY = '/facts/elements/illegalEntry';

function benefitMissing(the: Case): Outcome {
  if (!the.hasCategory('smuggling') || the.elements.financialBenefit?.stated === true) return null;
  const paths = [`${BENEFIT}/stated`];
  const required = the.facts.country(the.request.requestedState, 'smugglingElements');
  if (required.value?.includes('financialBenefit') === true)
    return { paths, facts: [required.use] };
  const years = the.offences.flatMap(({ value }) => value.maxPenaltyYears ?? []);
  const isMinor = years.length > 0 && Math.max(...years) < SERIOUS_YEARS;
  if (the.governs('UNTOC') && isMinor) return { paths, facts: the.governingFacts };
  return { paths, severity: 'missing' };
}

function asksForEntry({ protocolConduct: conduct, baseConduct, ...offence }: Offence): boolean {
  if (!inCategory(offence, 'smuggling') || conduct === undefined) return false;
  const isForm = ['attempt', 'accomplice', 'organise'].includes(conduct);
  return (
    conduct === 'procure-entry' || (isForm && (baseConduct ?? 'procure-entry') === 'procure-entry')
  );
}

/** Smuggling Protocol, article 3(a) and (b): entry into a State Party without complying with its requirements. */
function entryMissing(the: Case): Outcome {
  if (!the.offences.some(({ value }) => asksForEntry(value))) return null;
  const entry = the.elements.illegalEntry;
  const states = entry?.states ?? [];
  if (entry?.stated !== true || states.length === 0) {
    return { paths: [`${ENTRY}/stated`, `${ENTRY}/states`] };
  }
  const parties = states.map((state) => the.facts.party('SOM-PROTOCOL', state));
  const isParty = parties.some(
    ({ value, since }) => value === true && (since === undefined || since <= the.today),
  );
  if (isParty) return null;
  const open = parties.filter(({ value }) => value === null);
  if (open.length > 0) return { ask: open.map(({ use }) => use) };
  return { paths: [`${ENTRY}/states`], facts: parties.map(({ use }) => use) };
}

const isAggravated = (the: Case) => the.offences.some(({ value }) => value.aggravated === true);

export const smugglingRules: RuleSet = {
  'smuggling-benefit-missing': once('facts', benefitMissing),

  'smuggling-benefit-undetailed': once('facts', (the) => {
    const benefit = the.elements.financialBenefit;
    return the.hasCategory('smuggling') && benefit?.stated === true
      ? whenEmpty(emptyOf(BENEFIT, benefit, 'kind', 'factParagraphs'))
      : null;
  }),

  'smuggling-humanitarian': once('facts', (the) => {
    const kind = the.elements.financialBenefit?.kind ?? '';
    return when(
      the.hasCategory('smuggling') && ['none', 'family', 'humanitarian'].includes(kind),
      `${BENEFIT}/kind`,
    );
  }),

  'smuggling-entry-missing': once('facts', entryMissing),

  'smuggling-conduct-unmapped': eachOffence(({ value, path }) =>
    when(
      inCategory(value, 'smuggling') && value.protocolConduct === undefined,
      `${path}/protocolConduct`,
    ),
  ),

  // Smuggling Protocol, article 5: migrants are not liable for having been the object of the conduct.
  'migrant-as-suspect': eachPerson(({ value, path }, the) => {
    const both = hasRole(value, 'smuggled-migrant') && hasRole(value, 'suspect', 'accused');
    if (!both || !isEmpty(value.otherConduct)) return null;
    const severity = the.hasCategory('smuggling') ? 'blocker' : 'missing';
    const roles = (value.roles ?? []).map((_, index) => `${path}/roles/${index}`);
    return { paths: [`${path}/roles`, ...roles, `${path}/otherConduct`], severity };
  }),

  'trafficking-conflated': once('offences', (the) => {
    const { exploitation } = the.elements;
    const shown = exploitation?.stated === true || exploitation?.purposeStated === true;
    const isConflated = the.hasCategory('trafficking')
      ? !shown
      : the.hasCategory('smuggling') && exploitation?.stated === true && !isAggravated(the);
    return when(
      isConflated,
      '/facts/elements/exploitation/stated',
      ...the.offences.map(({ path }) => `${path}/categories`),
    );
  }),

  // Smuggling Protocol, article 6(3): endangering the migrants, or inhuman or degrading treatment.
  'aggravation-not-charged': once('offences', (the) => {
    const { endangerment, exploitation } = the.elements;
    const isGrave = endangerment?.stated === true || exploitation?.stated === true;
    const charged = the.offences.filter(
      ({ value }) =>
        inCategory(value, 'smuggling') &&
        value.protocolConduct !== undefined &&
        value.protocolConduct !== 'attempt',
    );
    return when(
      isGrave && charged.length > 0 && !isAggravated(the),
      ...charged.map(({ path }) => `${path}/aggravated`),
    );
  }),

  'vessel-boarding-path': measuresOf(['vessel-boarding'], ({ path }) => ({
    paths: [`${path}/type`],
  })),

  'document-verification-path': measuresOf(['travel-document-verification'], ({ path }) => ({
    paths: [`${path}/type`],
  })),

  'return-path': measuresOf(['return-migrant', 'nationality-verification'], ({ path }) => ({
    paths: [`${path}/type`],
  })),
};
