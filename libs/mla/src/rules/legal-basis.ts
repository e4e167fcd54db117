import type { Case, Item } from '../check/case.js';
import { each, emptyOf, once, when, whenEmpty, type Answer, type RuleSet } from '../check/rule.js';
import { primaryInstrument, TREATIES } from '../packs/governing.js';
import type { MlaRequest } from '../request/model.js';

type Basis = NonNullable<MlaRequest['legalBases']>[number];

/** The first entry of each cited instrument; reciprocity is a promise, not a text whose status could be asked. */
function citedInstruments(the: Case): Item<Basis>[] {
  const seen = new Set<string>();
  return (the.request.legalBases ?? []).flatMap((value, index) => {
    const { instrument } = value;
    if (instrument === undefined || seen.has(instrument)) return [];
    seen.add(instrument);
    return [{ value, index, path: `/legalBases/${index}`, subject: instrument }];
  });
}

const citedTreaties = (the: Case) =>
  citedInstruments(the).filter(({ subject }) => subject !== 'RECIPROCITY');

function isPrimaryInForce(the: Case): boolean {
  return (the.request.legalBases ?? []).some(
    (basis) =>
      basis.primary === true &&
      basis.instrument !== undefined &&
      basis.instrument !== 'RECIPROCITY' &&
      the.status(basis.instrument).state === 'in-force',
  );
}

/** UNTOC, article 18(7): an MLA treaty in force replaces 18(9) to (29) unless both States agree to apply them. */
function precedence(the: Case): Answer[] {
  const { unresolved, treaties } = the.governing;
  const open = unresolved.map((treaty) => ({
    subject: treaty,
    at: TREATIES.indexOf(treaty),
    outcome: { ask: the.status(treaty).facts.slice(0, 1) },
  }));
  const [first, ...rest] = treaties.filter(({ instrument }) => instrument !== 'UNTOC');
  const primary = primaryInstrument(the.request);
  const relies = primary === 'UNTOC' || primary === 'SOM-PROTOCOL';
  if (!first || !relies || the.request.applyUntocInLieu === true) return open;
  if ([first, ...rest].some(({ instrument }) => the.cites(instrument))) return open;
  const outcome = { paths: ['/legalBases'], facts: the.status(first.instrument).facts };
  return [...open, { subject: first.instrument, at: TREATIES.indexOf(first.instrument), outcome }];
}

export const legalBasisRules: RuleSet = {
  'basis-none': once('request', (the) =>
    when(
      citedInstruments(the).length === 0 && !the.hasAssurance('reciprocity'),
      '/legalBases',
      '/assurances',
    ),
  ),

  'basis-not-in-force': each(citedTreaties, ({ subject, path }, the) => {
    const { state, facts } = the.status(subject);
    if (state !== 'not-in-force') return null;
    const severity = isPrimaryInForce(the) ? 'quality' : undefined;
    return { paths: [`${path}/instrument`], severity, facts };
  }),

  'basis-status-unknown': each(citedTreaties, ({ subject, path }, the) => {
    const { state, facts } = the.status(subject);
    return state === 'unknown' ? { paths: [`${path}/instrument`], facts } : null;
  }),

  'basis-precedence': precedence,

  'basis-no-articles': each(citedInstruments, ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'articles')),
  ),

  'states-invalid': once('request', ({ request, facts }) => {
    const { requestingState, requestedState } = request;
    const absent = emptyOf('', request, 'requestingState', 'requestedState');
    if (absent.length > 0) return { paths: absent };
    const hasPack = Object.hasOwn(facts.packs.countries, requestedState ?? '');
    return when(
      requestingState === requestedState || !hasPack,
      '/requestingState',
      '/requestedState',
    );
  }),
};
