import { describe, expect, it } from '@jest/globals';

import { offHours } from './place-views.js';
import type { ViewEvent } from './view-event.js';

let made = 0;
const seen = (at: string, zone: string, actorId = 'rosa'): ViewEvent => ({
  eventId: String((made += 1)),
  index: made,
  atMs: Date.parse(at),
  what: { type: 'case.consulted', outcome: 'success', actorState: 'CR' },
  who: { actorId },
  where: { ip: '203.0.113.7' },
  why: {},
  zone,
});
const SAN_JOSE = 'America/Costa_Rica';

/** Whether one access counts as off hours, and where it is drawn. */
function drawn(at: string, zone: string): string | null {
  const { rows, plot } = offHours([seen(at, zone)]);
  const [point] = plot;
  expect(rows[0]?.[3]).toBe(point?.value ?? 0);
  return point === undefined ? null : `${point.series} ${point.at}`;
}

describe('access outside hours', () => {
  it('is counted in the zone of the person, on both sides of each bound', () => {
    // A Friday, UTC-6: at 07:00 and 18:59 work is on, in a night of UTC.
    expect(drawn('2026-11-27T12:59:59.999Z', SAN_JOSE)).toBe('Fri 06');
    expect(drawn('2026-11-27T13:00:00.000Z', SAN_JOSE)).toBeNull();
    expect(drawn('2026-11-28T00:59:59.999Z', SAN_JOSE)).toBeNull();
    expect(drawn('2026-11-28T01:00:00.000Z', SAN_JOSE)).toBe('Fri 19');
    expect(drawn('2026-11-28T00:59:59.999Z', 'UTC')).toBe('Sat 00');
  });

  it('has the weekend of the person, and the summer time of the zone', () => {
    expect(drawn('2026-11-30T05:59:59.999Z', SAN_JOSE)).toBe('Sun 23');
    expect(drawn('2026-11-28T06:00:00.000Z', SAN_JOSE)).toBe('Sat 00');
    expect(drawn('2026-07-01T11:00:00.000Z', 'America/New_York')).toBeNull();
    expect(drawn('2026-12-01T11:00:00.000Z', 'America/New_York')).toBe('Tue 06');
  });

  it('counts a zone that this node does not know as UTC', () => {
    expect(drawn('2026-11-27T20:00:00.000Z', 'Atlantis/Capital')).toBe('Fri 20');
  });

  it('goes by what the event says of itself, where it does', () => {
    const night = seen('2026-11-27T08:00:00.000Z', SAN_JOSE);
    const onDuty = { ...night, where: { ...night.where, inHours: true } };
    expect(offHours([onDuty]).plot).toEqual([]);
    expect(offHours([night]).plot).toEqual([{ series: 'Fri', at: '02', value: 1 }]);
  });

  it('is compared with the median of the others, each in the own zone', () => {
    const at = '2026-11-28T00:30:00.000Z';
    const { rows } = offHours([
      seen(at, SAN_JOSE),
      seen(at, 'UTC', 'zoe'),
      seen(at, 'UTC', 'zita'),
    ]);
    expect(rows).toEqual([
      ['CR', 'rosa', 1, 0, 0, 100],
      ['CR', 'zoe', 1, 1, 100, 100],
      ['CR', 'zita', 1, 1, 100, 100],
    ]);
  });
});
