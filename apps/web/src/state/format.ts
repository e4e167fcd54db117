import type { Language } from '../i18n/language.js';

/** Never in digits alone: the order of day and month differs between the States. Times in the zone of this browser. */
export function formatDateTime(language: Language, instant: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(new Date(instant));
}

/** The day alone, of what ends months from now. */
export function formatDate(language: Language, instant: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(instant));
}
