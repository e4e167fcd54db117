import type { AuditEventShown, AuditSectionName, AuditSectionShown } from '@enlace/contracts';
import { toBase64Url } from '@enlace/kernel';

import type { ReadEvent } from './read-event.js';

/** An event as it goes over the wire. */
export function shownEvent({ eventId, place, ...event }: ReadEvent): AuditEventShown {
  const { what, who, where, why, attest } = event.digests;
  const sections: Partial<Record<AuditSectionName, AuditSectionShown>> = {};
  for (const name of ['what', 'who', 'where', 'why', 'attest'] as const) {
    const section = event.sections[name];
    if (section === undefined) continue;
    sections[name] = { salt: toBase64Url(section.salt), bytes: toBase64Url(section.bytes) };
  }
  return {
    eventId,
    origin: place?.origin ?? null,
    index: place?.index ?? null,
    leaf: toBase64Url(event.leaf),
    digests: {
      what: toBase64Url(what),
      who: toBase64Url(who),
      where: toBase64Url(where),
      why: toBase64Url(why),
      attest: toBase64Url(attest),
    },
    sections,
    absent: event.absent,
  };
}
