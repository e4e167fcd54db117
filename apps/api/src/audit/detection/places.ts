import { byActor, DAY_MS, HOUR_MS, type EventRule } from './rule.js';

/** Capitals, latitude and longitude in degrees: the nearest that a place known by its State alone can be put at. */
const CAPITALS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['BZ', [17.25, -88.77]],
  ['CA', [45.42, -75.7]],
  ['CR', [9.93, -84.08]],
  ['DO', [18.49, -69.93]],
  ['GT', [14.63, -90.51]],
  ['HN', [14.07, -87.19]],
  ['MX', [19.43, -99.13]],
  ['NI', [12.11, -86.24]],
  ['PA', [8.98, -79.52]],
  ['SV', [13.69, -89.22]],
  ['US', [38.9, -77.04]],
]);
const EARTH_RADIUS_KM = 6_371;
/** Neighbours are reached over their border at once; below this distance nobody has travelled. */
const BORDER_KM = 600;

/** A session from another State than the person's. */
export const foreignLocation: EventRule = {
  name: 'foreign-location',
  types: ['session.opened'],
  windowMs: DAY_MS,
  find: (events) =>
    byActor(events).flatMap((opened) =>
      opened.flatMap(({ eventId, actorId, actorState, geoState, atMs }) => {
        if (geoState === null || actorState === null || geoState === actorState) return [];
        if (actorState === 'XR') return [];
        const day = Math.floor(atMs / DAY_MS);
        return [
          {
            rule: 'foreign-location',
            state: actorState,
            subject: `${actorId ?? ''}/${geoState}/${day}`,
            numbers: [1, 0],
            eventIds: [eventId],
          },
        ];
      }),
    ),
};

/** Two sessions of one person, farther apart than anybody travels in the time between them. */
export const impossibleTravel: EventRule = {
  name: 'impossible-travel',
  types: ['session.opened'],
  windowMs: DAY_MS,
  find: (events, { thresholds }) =>
    byActor(events).flatMap((all) => {
      const placed = all.filter(({ geoState }) => geoState !== null);
      return placed.flatMap((there, at) => {
        const here = placed[at - 1];
        if (here === undefined) return [];
        const km = distanceKm(here.geoState ?? '', there.geoState ?? '');
        const hours = (there.atMs - here.atMs) / HOUR_MS;
        const state = there.actorState ?? 'XR';
        const limit = thresholds(state, 'impossible-travel.km-per-hour');
        if (km < BORDER_KM || km <= limit * hours) return [];
        return [
          {
            rule: 'impossible-travel',
            state,
            subject: `${there.actorId ?? ''}/${there.eventId}`,
            numbers: [Math.round(km), Math.round(hours * 60), limit],
            eventIds: [here.eventId, there.eventId],
          },
        ];
      });
    }),
};

/** The haversine formula; 0 for a place that is not known. */
function distanceKm(from: string, to: string): number {
  const [a, b] = [CAPITALS.get(from), CAPITALS.get(to)];
  if (a === undefined || b === undefined) return 0;
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [lat1, lon1, lat2, lon2] = [...a, ...b].map(radians);
  if (lat1 === undefined || lon1 === undefined || lat2 === undefined || lon2 === undefined)
    return 0;
  const half =
    Math.sin((lat2 - lat1) / 2) ** 2 +
    Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(half));
}
