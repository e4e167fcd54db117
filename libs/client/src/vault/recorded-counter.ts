import type { OwnEvent } from '@enlace/contracts';

import { listOwnEvents } from '../audit/reading/own-events.js';
import type { Session } from '../session/session.js';

/** Pages of the own record that are looked through for the last write; older words are not waited for. */
const PAGES_MOST = 20;

/**
 * The highest counter of the own vault that stands in the own record, `null` when there is none: a server that shows an
 * older vault has to hide events from its person as well, which the manifests of the State give away. Ask before the
 * vault is fetched, so that what another device writes meanwhile is no lie. Throws as `listOwnEvents`.
 */
export async function recordedVaultCounter(session: Session): Promise<number | null> {
  let highest: number | null = null;
  let before: string | null = null;
  let writtenAt: string | null = null;
  for (let pages = 0; pages < PAGES_MOST; pages += 1) {
    const { events, next } = await listOwnEvents(session, before);
    for (const { type, sections, eventId } of events.filter(isAboutVault)) {
      if (writtenAt !== null && momentOf(eventId) !== writtenAt) return highest;
      const counter = sections.what?.['counter'];
      if (!Number.isSafeInteger(counter)) continue;
      highest = Math.max(highest ?? 0, Number(counter));
      // Counters of writes only grow, and the newest moment comes first; within one there is no order.
      if (type === 'vault.updated') writtenAt = momentOf(eventId);
    }
    if (next === null || events.length === 0 || next === before) break;
    before = next;
  }
  return highest;
}

/** The milliseconds of a UUID of version 7 (RFC 9562, section 5.7), as its first 12 digits say them. */
function momentOf(eventId: string): string {
  return eventId.slice(0, 13);
}

function isAboutVault({ type, outcome }: OwnEvent): boolean {
  return outcome === 'success' && (type === 'vault.updated' || type === 'vault.fetched');
}
