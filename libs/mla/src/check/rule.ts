import type { Severity } from '../catalogue/catalogue.js';
import type { FactUse } from '../packs/fact-reader.js';
import type { Source } from '../request/facts.js';
import type { Measure } from '../request/measure.js';
import type { Annex } from '../request/model.js';
import type { Offence, Person } from '../request/parties.js';
import type { MeasureType } from '../request/vocabulary.js';
import type { Case, Item } from './case.js';

/** A rule speaks: where, how gravely unless as catalogued, and on which facts of the packs. */
export interface Fires {
  readonly paths: readonly string[];
  readonly severity?: Severity | undefined;
  readonly facts?: readonly FactUse[];
}

/** A rule cannot decide, because facts are unknown: it is shown as a question, never as a pass. */
interface Asks {
  readonly ask: readonly FactUse[];
}

/** What one look of a rule finds; null is silence. */
export type Outcome = Fires | Asks | null;

export interface Answer {
  readonly subject: string;
  /** Position of the subject in the request, for the order of the report. */
  readonly at: number;
  readonly outcome: Fires | Asks;
}

/** A rule of the catalogue. Pure: the same case gives the same answers. */
export type Rule = (the: Case) => readonly Answer[];
export type RuleSet = Readonly<Record<string, Rule>>;

/** The rule looks once, at the request or one of its sections. */
export function once(subject: string, look: (the: Case) => Outcome): Rule {
  return (the) => answer({ subject, at: 0, outcome: look(the) });
}

/** The rule looks at each entry of a list. */
export function each<T>(
  list: (the: Case) => readonly Item<T>[],
  look: (item: Item<T>, the: Case) => Outcome,
): Rule {
  return (the) =>
    list(the).flatMap((item) =>
      answer({ subject: item.subject, at: item.index, outcome: look(item, the) }),
    );
}

type Look<T> = (item: Item<T>, the: Case) => Outcome;

export const eachMeasure = (look: Look<Measure>) => each((the) => the.measures, look);
export const eachPerson = (look: Look<Person>) => each((the) => the.persons, look);
export const eachOffence = (look: Look<Offence>) => each((the) => the.offences, look);
export const eachSource = (look: Look<Source>) => each((the) => the.sources, look);
export const eachAnnex = (look: Look<Annex>) => each((the) => the.annexes, look);

/** The rule looks at the measures of some types only. */
export function measuresOf(
  types: readonly MeasureType[] | ReadonlySet<MeasureType | undefined>,
  look: Look<Measure>,
): Rule {
  const wanted = new Set<MeasureType | undefined>(types);
  return eachMeasure((item, the) => (wanted.has(item.value.type) ? look(item, the) : null));
}

/** Speaks when the condition holds. */
export function when(condition: boolean | undefined, ...paths: readonly string[]): Fires | null {
  return condition === true ? { paths } : null;
}

/** Speaks when a field is empty, and names the empty ones. */
export function whenEmpty(paths: readonly string[]): Fires | null {
  return paths.length > 0 ? { paths } : null;
}

/** The pointers of those named fields of an object that are empty; of an absent object, all. */
export function emptyOf<T extends object>(
  path: string,
  object: T | undefined,
  ...names: readonly (keyof T & string)[]
): string[] {
  return names.filter((name) => isEmpty(object?.[name])).map((name) => `${path}/${name}`);
}

/** Absent, white space only, or a list without items; an object counts as present, even without fields. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.length === 0;
}

/** Words of a text, separated by white space. */
export function wordsIn(text: string | undefined): number {
  return (text ?? '').split(/\s+/).filter((word) => word !== '').length;
}

function answer({
  subject,
  at,
  outcome,
}: {
  subject: string;
  at: number;
  outcome: Outcome;
}): readonly Answer[] {
  return outcome === null ? [] : [{ subject, at, outcome }];
}
