import type { Directory } from '@enlace/trust';

import type { ZoneOf } from './view-event.js';

/**
 * As the newest word on each office says. A State is in the zone of its central authority, else of the first of its
 * offices by id; one without an office counts as UTC.
 */
export function officeZones(directory: Directory): ZoneOf {
  const zones = new Map<string, string>();
  const ofStates = new Map<string, { readonly rank: string; readonly zone: string }>();
  const oldestFirst = directory.statements.values().toSorted((a, b) => a.index - b.index);
  for (const { statement } of oldestFirst) {
    const { body } = statement;
    if (body.type !== 'office') continue;
    const { state, officeId, kind, zone } = body;
    zones.set(`${state} ${officeId}`, zone);
    const rank = `${kind === 'central-authority' ? 0 : 1} ${officeId}`;
    const known = ofStates.get(state);
    if (known === undefined || rank <= known.rank) ofStates.set(state, { rank, zone });
  }
  return (state, officeId) =>
    zones.get(`${state} ${officeId}`) ?? ofStates.get(state)?.zone ?? 'UTC';
}
