import type { ErrorFacts } from '@enlace/kernel';
import { fillText, printable } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { wordOf } from './codes.js';

/** One line of ours, or what a member wrote: that is quoted, so that nobody writes lines that look like ours. */
export type Said = readonly (string | { readonly quote: string })[];

/** How entries are told to a person: in a language, by names, and with what earlier entries were about. */
export class Telling {
  readonly #subjects = new Map<string, string>();

  constructor(
    readonly language: Language,
    private readonly nameOf: (personId: string) => string,
  ) {}

  say(text: Text, facts: ErrorFacts = {}): string {
    return fillText(text[this.language], facts);
  }

  word(code: unknown): string {
    return wordOf(code, this.language);
  }

  names(...personIds: readonly string[]): string {
    return personIds.map((id) => this.nameOf(id)).join(', ');
  }

  places(seqs: readonly number[]): string {
    return seqs.join(', ');
  }

  /** What an id stands for, once an entry has said it: the title of a record, the place of a question. */
  remember(id: string, subject: string): void {
    if (!this.#subjects.has(id)) this.#subjects.set(id, subject);
  }

  subject(id: string): string {
    return this.#subjects.get(id) ?? id;
  }

  entry(seq: number): string {
    return this.say({ es: 'la entrada {seq}', en: 'entry {seq}' }, { seq });
  }
}

/** Below the line that says whose they are. */
export function indented(said: Said): readonly string[] {
  return said.flatMap((line) =>
    typeof line === 'string'
      ? [`    ${line}`]
      : line.quote.split('\n').map((one) => `    | ${printable(one)}`),
  );
}
