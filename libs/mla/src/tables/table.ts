import { z } from 'zod';

import type { Language } from '../catalogue/labels.js';
import wordsFile from '../data/tables.json' with { type: 'json' };
import type { Confidence, Fact } from '../packs/fact.js';
import { isCurrent } from '../packs/fact.js';

const text = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const table = z.record(z.string(), text);
const WORDS = z.strictObject({ columns: table, titles: table, words: table }).parse(wordsFile);

/** How a value of a cell is known. A value that says how it is known by itself (a rule, a path) has none. */
export interface Provenance {
  readonly confidence: Confidence;
  readonly source: string | null;
  readonly sourceDate: string | null;
}

/** One value, with every fact that it rests on. */
export interface Cell {
  readonly text: string;
  readonly facts: readonly Provenance[];
}

/** Rows of one subject each; the first column names the subject. */
export interface Table {
  readonly id: TableName;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What no reader may overlook: nobody has reviewed it. */
  readonly note: string;
}

export type TableName = 'offences' | 'protocol' | 'treaties' | 'difference' | 'catalogue';

/** Writes cells in one language, on one day: a fact that is not in force on it is unknown. */
export class TableWriter {
  constructor(
    readonly language: Language,
    private readonly today: string,
  ) {}

  table(id: TableName, columns: readonly string[], rows: Table['rows']): Table {
    return {
      id,
      title: WORDS.titles[id]?.[this.language] ?? id,
      columns: columns.map((name) => WORDS.columns[name]?.[this.language] ?? name),
      rows,
      note: this.word('notAdvice'),
    };
  }

  word(name: string): string {
    return WORDS.words[name]?.[this.language] ?? name;
  }

  plain(value: string): Cell {
    return { text: value, facts: [] };
  }

  /** What a fact says, in words; of an unknown one that it is unknown, and still where it was looked for. */
  fact<T>(fact: Fact<T> | undefined, say: (value: T) => string): Cell {
    const value = fact !== undefined && isCurrent(fact, this.today) ? fact.value : null;
    const said = value === null ? '' : say(value);
    const { confidence = 'unknown', source = null, sourceDate = null } = fact ?? {};
    return said === ''
      ? { text: this.word('unknown'), facts: [{ confidence: 'unknown', source, sourceDate }] }
      : { text: said, facts: [{ confidence, source, sourceDate }] };
  }

  /** Yes, no, or unknown for what is neither. */
  yesOrNo(value: boolean | null | undefined): string {
    return typeof value === 'boolean' ? this.word(value ? 'yes' : 'no') : '';
  }
}
