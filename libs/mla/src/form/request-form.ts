import { z } from 'zod';

import { labelOf, LABELS, type Text } from '../catalogue/labels.js';
import formFile from '../data/form.json' with { type: 'json' };
import { WORDS } from '../document/blocks.js';

const text = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const names = z.array(z.string());

const form = z.strictObject({
  /** For each section of the finished document, in its order, the places that are written there; then the annexes. */
  sections: z.array(names),
  measureFields: z.strictObject({
    common: names,
    types: z.record(z.string(), names),
  }),
  refs: z.record(z.string(), z.enum(['persons', 'offences', 'annexes'])),
  fields: z.record(z.string(), text),
  codes: z.record(z.string(), text),
  facts: z.record(z.string(), text),
});

const FORM = form.parse(formFile);

/** A section of the finished document as an editor shows it; what is made from other sections has no places. */
interface FormSection {
  readonly title: Text;
  readonly places: readonly string[];
}

/** Sections 0 to 19 of the finished document, and its annexes. */
export const FORM_SECTIONS: readonly FormSection[] = FORM.sections.map((places, at) => ({
  title: WORDS.sections[at] ?? fieldWords('/annexes'),
  places,
}));

/** The section in which a place is written: the one that names the most of it. The first for what none names. */
export function sectionOf(path: string): number {
  let found = { at: 0, length: 0 };
  for (const [at, places] of FORM.sections.entries()) {
    for (const place of places) {
      const isIn = path === place || path.startsWith(`${place}/`);
      if (isIn && place.length > found.length) found = { at, length: place.length };
    }
  }
  return found.at;
}

/**
 * The words for a field by its place; a name that means two things has words for each (`places/role`). What has no
 * words stands for itself.
 */
export function fieldWords(path: string): Text {
  const steps = path.split('/').filter((step) => !/^(?:\d+|\*|)$/u.test(step));
  const name = steps.at(-1) ?? '';
  const under = `${steps.at(-2) ?? ''}/${name}`;
  return wordsIn(FORM.fields, under) ?? wordsIn(FORM.fields, name) ?? { es: name, en: name };
}

/** The words for a code of the model, by the field that holds it. */
export function codeWords(path: string, code: string): Text {
  const table = LABEL_TABLES.find(([field]) => path.replaceAll(/\/\d+/gu, '').endsWith(field));
  const labels = table === undefined ? null : labelOf(table[1], code);
  if (labels !== null && labels.es !== code) return labels;
  return wordsIn(FORM.codes, code) ?? wordsIn(WORDS.words, code) ?? anyLabel(code);
}

/** Fields that a measure of a type shows; a type that is answered by another route shows what is common. */
export function measureFields(type: string | undefined): ReadonlySet<string> {
  const { common, types } = FORM.measureFields;
  const own = type !== undefined && Object.hasOwn(types, type) ? types[type] : [];
  return new Set([...common, ...(own ?? [])]);
}

/** The list whose ids a field refers to; null for a field that refers to none. */
export function referredList(name: string): 'persons' | 'offences' | 'annexes' | null {
  return (Object.hasOwn(FORM.refs, name) ? FORM.refs[name] : null) ?? null;
}

/** The words for a fact of a pack. */
export function factWords(name: string): Text {
  return wordsIn(FORM.facts, name) ?? { es: name, en: name };
}

const LABEL_TABLES = [
  ['/measures/type', 'measureTypes'],
  ['/persons/roles', 'roles'],
  ['/facts/sources/kind', 'sourceKinds'],
  ['/offences/categories', 'offenceCategories'],
  ['/annexes/kind', 'annexKinds'],
] as const;

function anyLabel(code: string): Text {
  for (const name of ['instruments', 'roles', 'elements', 'annexKinds', 'sourceKinds'] as const) {
    const found = wordsIn(LABELS[name], code);
    if (found !== null) return found;
  }
  return { es: code, en: code };
}

function wordsIn(table: Readonly<Record<string, Text>>, name: string): Text | null {
  return (Object.hasOwn(table, name) ? table[name] : null) ?? null;
}
