import { z } from 'zod';

import type { Language } from '../catalogue/labels.js';
import wordsFile from '../data/document.json' with { type: 'json' };
import { isEmpty } from '../check/rule.js';

const text = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });

const words = z.strictObject({
  title: text,
  footer: text,
  notApplicable: text,
  sealedTitle: text,
  allegations: text,
  noReference: text,
  annex: text,
  page: text,
  of: text,
  hashPending: text,
  sections: z.array(text),
  annexes: z.array(text),
  fields: z.record(z.string(), text),
  words: z.record(z.string(), text),
});

/** The fixed words of the formal document. */
export const WORDS = words.parse(wordsFile);

/** A piece of the document, without format: a heading, a numbered or plain paragraph, or a labelled value. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly number?: number }
  | { readonly kind: 'field'; readonly label: string; readonly text: string };

type Value = string | number | undefined;
/** One value or a list of them; what is absent or empty is left out. */
type Values = Value | readonly Value[];

/** A central authority as the packs name it. */
export interface NamedAuthority {
  readonly id: string;
  readonly nameEs: string;
  readonly nameEn: string;
}

/** Writes blocks in one language. What is empty gives no block. */
export class Writer {
  constructor(
    readonly language: Language,
    private readonly authorities: readonly NamedAuthority[] = [],
  ) {}

  heading(...parts: readonly Value[]): Block[] {
    const joined = join(parts, ' · ');
    return joined === '' ? [] : [{ kind: 'heading', text: joined }];
  }

  paragraph(value: string | undefined, number?: number): Block[] {
    if (value === undefined || isEmpty(value)) return [];
    return [{ kind: 'paragraph', text: value, ...(number === undefined ? {} : { number }) }];
  }

  /** A labelled value; several are joined by commas. */
  field(label: string, ...values: readonly Values[]): Block[] {
    const joined = join(values.flat(), ', ');
    return joined === '' ? [] : [{ kind: 'field', label: this.label(label), text: joined }];
  }

  /** A labelled value of closed lists, in words. */
  coded(label: string, ...codes: readonly (string | undefined | readonly string[])[]): Block[] {
    return this.field(
      label,
      codes.flat().map((code) => this.word(code)),
    );
  }

  /** A statement that is printed only when it is true. */
  flag(label: string, value: boolean | undefined): Block[] {
    return value === true ? this.coded(label, 'yes') : [];
  }

  word(code: string | undefined): string | undefined {
    if (code === undefined) return undefined;
    return Object.hasOwn(WORDS.words, code) ? WORDS.words[code]?.[this.language] : code;
  }

  authority(id: string | undefined): string | undefined {
    const named = this.authorities.find((one) => one.id === id);
    return this.language === 'es' ? (named?.nameEs ?? id) : (named?.nameEn ?? id);
  }

  label(name: string): string {
    return Object.hasOwn(WORDS.fields, name) ? (WORDS.fields[name]?.[this.language] ?? name) : name;
  }

  period({ from, to }: { from?: string | undefined; to?: string | undefined } = {}): Value {
    return from === undefined && to === undefined ? undefined : `${from ?? '…'} – ${to ?? '…'}`;
  }

  money(sum: { value?: string | undefined; currency?: string | undefined } | undefined): Value {
    return join([sum?.value, sum?.currency], ' ') || undefined;
  }
}

function join(values: readonly Value[], separator: string): string {
  return values.filter((value) => !isEmpty(value)).join(separator);
}
