import { MalformedInput, type Branded } from '@enlace/kernel';

/** A calendar day, `YYYY-MM-DD`, that exists. */
export type IsoDate = Branded<string, 'IsoDate'>;

const DAY_MS = 86_400_000;
const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;

export function isIsoDate(text: string): text is IsoDate {
  if (!DAY_PATTERN.test(text)) return false;
  const instant = new Date(`${text}T00:00:00Z`);
  return Number.isFinite(instant.getTime()) && instant.toISOString().slice(0, 10) === text;
}

/** Throws `body.malformed` unless the text is a real calendar day. */
export function parseDay(text: string): IsoDate {
  if (!isIsoDate(text)) throw new MalformedInput('not a calendar day YYYY-MM-DD');
  return text;
}

/** Whole days from one day to the other, counted in UTC; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Completed years of age on a day: a birthday counts from its own date on. */
export function ageOn(birth: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}
