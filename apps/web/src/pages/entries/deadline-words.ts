import type { Language } from '../../i18n/language.js';

/**
 * A deadline in the zone of whoever set it, and in the zone of this browser where that is another one. A zone that this
 * browser does not know is passed over: it is a member's word.
 */
export function deadlineWords(language: Language, instant: string, zone: string): string {
  const own = ownZone();
  const zones = isKnownZone(zone) && zone !== own ? [zone, own] : [own];
  const shown = zones.map((timeZone) =>
    new Intl.DateTimeFormat(language, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
      timeZoneName: 'short',
    }).format(new Date(instant)),
  );
  return [...new Set(shown)].join(' · ');
}

export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isKnownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
