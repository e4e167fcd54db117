import type { RuleText } from '../catalogue/catalogue.js';
import { labelOf, type LabelTable, type Text } from '../catalogue/labels.js';
import type { Case, Item } from './case.js';

/** Values of the placeholders of a rule's texts. Ids and words of closed lists only: never a name, never case text. */
export type Params = Readonly<Record<string, Text>>;

const PLACEHOLDER = /\{(\w)\}/g;

/** What the letters of the catalogue stand for. */
const MEANINGS: Readonly<Record<string, (subject: string, the: Case) => Text>> = {
  A: (_, the) => stateName(the, the.request.requestingState),
  B: (_, the) => stateName(the, the.request.requestedState),
  x: (subject, the) => instrumentName(the, subject),
  t: (subject, the) => instrumentName(the, subject),
  m: (subject, the) => itemName(the.measures, subject, ({ type }) => ['measureTypes', type]),
  p: (subject, the) => itemName(the.persons, subject, ({ roles }) => ['roles', roles?.[0]]),
  o: (subject, the) =>
    itemName(the.offences, subject, ({ categories }) => ['offenceCategories', categories?.[0]]),
  a: (subject, the) => itemName(the.annexes, subject, ({ kind }) => ['annexKinds', kind]),
  s: (subject, the) => itemName(the.sources, subject, ({ kind }) => ['sourceKinds', kind]),
  e: (subject) => labelOf('elements', subject),
  n: (subject) => ({ es: subject, en: subject }),
};

export function paramsOf(text: RuleText, subject: string, the: Case): Params {
  const used = [text.messageEs, text.messageEn, text.fixEs, text.fixEn].flatMap((one) =>
    [...one.matchAll(PLACEHOLDER)].map(([, letter = '']) => letter),
  );
  return Object.fromEntries(
    [...new Set(used)].flatMap((letter) => {
      const meaning = MEANINGS[letter];
      return meaning ? [[letter, meaning(subject, the)] as const] : [];
    }),
  );
}

/** A text with its placeholders filled in; one without a value stays as it is, for a test to find. */
export function fill(text: string, params: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(params, name) ? (params[name] ?? placeholder) : placeholder,
  );
}

function stateName(the: Case, code = ''): Text {
  const { countries } = the.facts.packs;
  const pack = Object.hasOwn(countries, code) ? countries[code] : undefined;
  return pack ? { es: pack.nameEs, en: pack.nameEn } : { es: code, en: code };
}

function instrumentName(the: Case, code: string): Text {
  const { instruments } = the.facts.packs;
  const pack = Object.hasOwn(instruments, code) ? instruments[code] : undefined;
  return pack ? { es: pack.nameEs, en: pack.nameEn } : labelOf('instruments', code);
}

function itemName<T>(
  items: readonly Item<T>[],
  subject: string,
  kindOf: (value: T) => readonly [LabelTable, string | undefined],
): Text {
  const item = items.find((one) => one.subject === subject);
  const [table, code] = item ? kindOf(item.value) : [];
  if (table === undefined || code === undefined) return { es: subject, en: subject };
  const { es, en } = labelOf(table, code);
  return { es: `${subject} (${es})`, en: `${subject} (${en})` };
}
