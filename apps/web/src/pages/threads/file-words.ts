import type { Language } from '../../i18n/language.js';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const STEP = 1_000;

/** How large a file is, as a person says it. */
export function sizeWords(language: Language, bytes: number): string {
  let [size, at] = [bytes, 0];
  while (size >= STEP && at < UNITS.length - 1) [size, at] = [size / STEP, at + 1];
  const unit = UNITS[at] ?? 'byte';
  const options = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(language, { ...options, maximumFractionDigits: 1 }).format(size);
}

/** Characters of the hash that tell files apart at a glance; all of it stands where it was verified. */
const SHORT_CHARACTERS = 8;

export function shortHash(sha256: string): string {
  return `${sha256.slice(0, SHORT_CHARACTERS)}…`;
}
