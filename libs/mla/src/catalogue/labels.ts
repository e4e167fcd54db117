import { z } from 'zod';

import labelsFile from '../data/labels.json' with { type: 'json' };

/** The languages of every text the product prints. Spanish is the first. */
export const LANGUAGES = ['es', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in every language. */
export type Text = { readonly [L in Language]: string };

const text = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const table = z.record(z.string(), text);

const labels = z.strictObject({
  verdicts: table,
  severities: table,
  notChecked: table,
  engineError: z.strictObject({ message: text, fix: text }),
  problems: table,
  measureTypes: table,
  roles: table,
  elements: table,
  sourceKinds: table,
  offenceCategories: table,
  annexKinds: table,
  instruments: table,
  reviews: table,
  reminders: table,
  report: table,
  confidences: table,
  routes: table,
});

/** Words for the codes of the model and of the report; the texts of rules are in the catalogue. */
export const LABELS = labels.parse(labelsFile);

export type LabelTable = Exclude<keyof typeof LABELS, 'engineError'>;

/** The words for a code; a code without words stands for itself. */
export function labelOf(name: LabelTable, code: string): Text {
  const words = LABELS[name];
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? { es: code, en: code };
}
