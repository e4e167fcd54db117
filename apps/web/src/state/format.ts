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

/** A day that was counted in UTC. */
export function formatUtcDay(language: Language, instant: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(instant),
  );
}

/** A day of the week, short; Monday is 0. */
export function formatWeekday(language: Language, day: number): string {
  // The fifth of January 2026 is a Monday.
  return new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(2026, 0, 5 + day),
  );
}
