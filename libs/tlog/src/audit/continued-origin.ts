/** The largest number that a name carries after its year: a log that is lost each day of a year has fewer. */
const LOSSES_LIMIT = 999;

/**
 * The name of the log that goes on where another one lost entries: after `…/2026` comes `…/2026-2`, after that
 * `…/2026-3`. Null for what is no log of a year, and beyond 999.
 */
export function originAfterLoss(origin: string): string | null {
  const [, base, number] = /^(.+\/\d{4})(?:-([1-9]\d{0,2}))?$/.exec(origin) ?? [];
  const next = number === undefined ? 2 : Number(number) + 1;
  return base === undefined || next > LOSSES_LIMIT ? null : `${base}-${next}`;
}

/** Whether a name says that its log goes on after a loss: then no key of it counts without what the States signed. */
export function isAfterLoss(origin: string): boolean {
  return /\/\d{4}-\d+$/.test(origin);
}
