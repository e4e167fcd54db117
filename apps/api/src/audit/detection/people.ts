import { isTakenOut, TAKEN_OUT } from './egress.js';
import {
  byActor,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  READING,
  type EventRule,
  type SeenEvent,
} from './rule.js';

/** The vault of somebody else's device opens to a thief as well. */
const VAULT = 'vault.fetched';

/** Something was read outside the person's hours. Silent where nobody recorded hours. */
export const offHoursRead: EventRule = {
  name: 'off-hours-read',
  types: READING,
  windowMs: 2 * HOUR_MS,
  find: (events) =>
    byActor(events.filter(({ inHours }) => inHours === false)).flatMap((read) => {
      const [first] = read;
      if (first === undefined) return [];
      const day = Math.floor(first.atMs / DAY_MS);
      return [
        found('off-hours-read', first, { key: day, numbers: [read.length, 0], events: read }),
      ];
    }),
};

/** A device that is new took something out. */
export const newDeviceDownload: EventRule = {
  name: 'new-device-download',
  types: ['device.enrolled', 'session.opened', ...TAKEN_OUT, VAULT],
  windowMs: 3 * HOUR_MS,
  find: (events, { thresholds }) =>
    byActor(events).flatMap((all) => {
      const begun = all.filter(isNewDevice);
      return begun.flatMap((first) => {
        const minutes = thresholds(first.actorState ?? 'XR', 'new-device-download.minutes');
        const taken = all.find(
          ({ type, what, atMs, deviceId }) =>
            (type === VAULT || isTakenOut({ type, what })) &&
            (deviceId === first.deviceId || first.type === 'device.enrolled') &&
            atMs >= first.atMs &&
            atMs - first.atMs <= minutes * MINUTE_MS,
        );
        if (taken === undefined) return [];
        const numbers = [Math.round((taken.atMs - first.atMs) / MINUTE_MS), minutes];
        return [
          found('new-device-download', first, {
            key: first.eventId,
            numbers,
            events: [first, taken],
          }),
        ];
      });
    }),
};

/** An auditor looked at what is on record about themselves: by name, or by what leads to them alone. */
export const selfAudit: EventRule = {
  name: 'self-audit',
  types: ['audit.searched', 'audit.viewed', 'audit.exported'],
  windowMs: DAY_MS,
  find: (events) =>
    events.flatMap((event) => {
      const { filter, aboutSelf } = event.what;
      const asked: readonly unknown[] = Array.isArray(filter) ? filter : [];
      const isNamed = asked.some(
        (each) =>
          typeof each === 'string' && event.actorId !== null && each.includes(event.actorId),
      );
      if (!isNamed && aboutSelf !== true) return [];
      return [found('self-audit', event, { key: event.eventId, numbers: [1, 0], events: [event] })];
    }),
};

function isNewDevice({ type, what }: SeenEvent): boolean {
  return type === 'device.enrolled' || (type === 'session.opened' && what['newDevice'] === true);
}

function found(
  rule: string,
  { actorId, actorState }: SeenEvent,
  told: {
    readonly key: string | number;
    readonly numbers: readonly number[];
    readonly events: readonly SeenEvent[];
  },
) {
  return {
    rule,
    state: actorState ?? 'XR',
    subject: `${actorId ?? ''}/${told.key}`,
    numbers: told.numbers,
    eventIds: told.events.map(({ eventId }) => eventId),
  } as const;
}
