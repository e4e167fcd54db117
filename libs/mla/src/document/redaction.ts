import type { Person } from '../request/parties.js';

/** What stands for a person in a text: names and numbers that give the person away, and the words to put instead. */
export interface Alias {
  readonly person: Person;
  /** Null keeps the full name as it is, and protects it from the names of others. */
  readonly instead: string | null;
}

/** A value other than a name that must not appear, and what to put instead. */
export interface Masked {
  readonly value: string;
  readonly instead: string;
}

export type Redact = (text: string) => string;

/** Characters from which a part of a name, or a number, is looked for on its own. */
const PART_LENGTH = 4;

/**
 * Replaces every name, alias, document and masked value. Names are found in any case, with or without accents, whatever
 * the spaces; the parts of a name as written or in capitals; numbers with or without separators. It rather replaces too
 * much than too little, so a person confirms the result before it leaves.
 */
export function redactor(aliases: readonly Alias[], masked: readonly Masked[] = []): Redact {
  const terms = [...aliases.flatMap(termsOf), ...masked.map(maskedTerm)].toSorted(
    (a, b) => b.length - a.length,
  );
  return (text) => {
    // One pass for each term would find names inside replacements; they are marked first and written last.
    const found: string[] = [];
    let marked = text.replaceAll(/[\u{E000}\u{E001}]/gu, '').normalize('NFD');
    for (const { pattern, instead } of terms) {
      marked = marked.replaceAll(pattern, (match) => {
        found.push(instead ?? match);
        return `\u{E000}${String.fromCodePoint(0xf0000 + found.length - 1)}\u{E001}`;
      });
    }
    return marked
      .replaceAll(/\u{E000}(.)\u{E001}/gu, (_, mark: string) => found[indexOf(mark)] ?? '')
      .normalize('NFC');
  };
}

interface Term {
  readonly pattern: RegExp;
  readonly length: number;
  readonly instead: string | null;
}

function indexOf(mark: string): number {
  return (mark.codePointAt(0) ?? 0) - 0xf0000;
}

function termsOf({ person, instead }: Alias): Term[] {
  const names = [person.name, ...(person.aliases ?? [])].flatMap((name) => name ?? []);
  const whole = names.map(withoutRemark).filter((name) => name !== '');
  const full = whole.map((name) => ({
    pattern: namePattern(name, '[\\s,]+', 'giu'),
    length: name.length,
    instead,
  }));
  if (instead === null) return full;
  const parts = whole
    .flatMap((name) => name.split(/\s+/))
    .filter((part) => part.length >= PART_LENGTH)
    .flatMap((part) => [part, part.toUpperCase()])
    .map((part) => ({ pattern: namePattern(part, '', 'gu'), length: part.length, instead }));
  const numbers = (person.idDocuments ?? []).flatMap(({ number }) => number ?? []);
  const registration = person.registration?.number ?? [];
  return [
    ...full,
    ...parts,
    ...[...numbers, registration].flat().map((value) => maskedTerm({ value, instead })),
  ];
}

function maskedTerm({ value, instead }: Masked): Term {
  const compact = bare(value).replaceAll(/[\s.-]/g, '');
  const spelled = Array.from(compact, letter).join('[\\s.-]*');
  const isShort = compact.length < PART_LENGTH;
  return {
    pattern: isShort ? /(?!)/u : new RegExp(`(?<![\\p{L}\\d])${spelled}(?![\\p{L}\\d])`, 'giu'),
    length: value.length,
    instead,
  };
}

/** A remark in brackets behind a name is no part of it. */
function withoutRemark(name: string): string {
  const trimmed = name.trim();
  return trimmed.endsWith(')') ? trimmed.slice(0, trimmed.lastIndexOf('(')).trim() : trimmed;
}

function namePattern(name: string, space: string, flags: string): RegExp {
  const words = bare(name)
    .split(/\s+/)
    .map((word) => Array.from(word, letter).join(''));
  return new RegExp(`(?<![\\p{L}\\d])${words.join(space)}(?![\\p{L}\\p{M}\\d])`, flags);
}

/** Letters without their accents. */
function bare(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '');
}

/** One letter with whatever accents, or one other character as it is. */
function letter(base: string): string {
  const escaped = base.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return /\p{L}/u.test(base) ? `${escaped}\\p{M}*` : escaped;
}
