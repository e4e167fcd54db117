import { MalformedInput, type Branded } from '@enlace/kernel';

/** A calendar day, `YYYY-MM-DD`, that exists. */
export type IsoDate = Branded<string, 'IsoDate'>;

const DAY_MS = 86_400_000;
const DAY_PATTERN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
/** Months that have no 31st. */
const SHORT_MONTHS: ReadonlySet<string> = new Set(['02', '04', '06', '09', '11']);

export function isIsoDate(text: string): text is IsoDate {
  if (!DAY_PATTERN.test(text)) return false;
  const [month, day] = [text.slice(5, 7), text.slice(8)];
  if (month === '02' && day === '29') return isLeap(Number(text.slice(0, 4)));
  const last = month === '02' ? '28' : SHORT_MONTHS.has(month) ? '30' : '31';
  return day <= last;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
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
