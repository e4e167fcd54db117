import {
  labelOf,
  type ConfirmedFact,
  type ConfirmedPacks,
  type Fact,
  type PackReview,
} from '@enlace/mla';
import { fillText, printable } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';

type Idle = ConfirmedPacks['withoutEffect'][number];

const CONFIRMED: Text = {
  es: '{path}: {before} → {after}; {states}, {on}',
  en: '{path}: {before} → {after}; {states}, {on}',
};
const IDLE: Text = {
  es: '{path}: sin efecto, de {state}, {on}: {why}',
  en: '{path}: no effect, by {state}, {on}: {why}',
};
const WHY: Readonly<Record<Idle['why'], Text>> = {
  'unknown-path': { es: 'ningún paquete tiene ese dato', en: 'no pack has that fact' },
  'malformed-value': { es: 'el valor no es de ese dato', en: 'the value is not one of that fact' },
  'unknown-authority': {
    es: 'no es una autoridad de ese Estado',
    en: 'it is no authority of that State',
  },
  'other-state': { es: 'el dato es de otro Estado', en: 'the fact is of another State' },
  'awaits-other-state': { es: 'falta el otro Estado', en: 'the other State has not spoken' },
  'states-differ': { es: 'los dos Estados difieren', en: 'the two States differ' },
  'verified-stands': { es: 'hay uno verificado', en: 'there is a verified one' },
};

/** A fact before and after, each with how it is known and of when, and who said so. */
export function confirmedInWords(fact: ConfirmedFact, language: Language): string {
  const { path, states, on, before, after } = fact;
  return fillText(CONFIRMED[language], {
    path: printable(path),
    before: valueInWords(before, language),
    after: valueInWords(after, language),
    states: states.join(', '),
    on,
  });
}

export function idleInWords({ statement, why }: Idle, language: Language): string {
  const { path, state, on } = statement;
  return fillText(IDLE[language], { path: printable(path), state, on, why: WHY[why][language] });
}

/** What an office said of a rule, and what it would say instead. */
export function reviewInWords(review: PackReview, language: Language): string {
  const { rule, version, result, state, by, on, wording } = review;
  const words = `${rule} ${version}: ${labelOf('reviews', result)[language]}; ${printable(by)}, ${state}, ${on}`;
  return wording === undefined ? words : `${words}: ${printable(wording)}`;
}

function valueInWords(fact: Fact<unknown> | null, language: Language): string {
  const confidence = labelOf('confidences', fact?.confidence ?? 'unknown')[language];
  if (fact === null || fact.value === null) return `(${confidence})`;
  return `${printable(JSON.stringify(fact.value))} (${[confidence, fact.sourceDate ?? '-'].join(', ')})`;
}
