import type { StateCode } from '@enlace/contracts';
import { describe, expect, it } from '@jest/globals';

import { counterGaps, reconciliationDifferences, type CounterGap } from './completeness.js';
import { quorumLost } from './oversight.js';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  USUAL_THRESHOLDS,
  type EventRule,
  type Finding,
  type Grounds,
  type SeenEvent,
} from './rule.js';
import { EVENT_RULES, findAll } from './rules.js';

const NOW_MS = Date.UTC(2027, 2, 8, 15);
const GROUNDS: Grounds = { nowMs: NOW_MS, thresholds: (_, name) => USUAL_THRESHOLDS[name] };

let made = 0;
/** An event of Rosa's, some minutes ago. */
function seen(type: string, minutesAgo: number, change: Partial<SeenEvent> = {}): SeenEvent {
  made += 1;
  return {
    eventId: `event-${made}`,
    atMs: NOW_MS - minutesAgo * MINUTE_MS,
    type,
    outcome: type.endsWith('denied') || type.endsWith('throttled') ? 'denied' : 'success',
    actorId: 'rosa',
    actorState: 'CR',
    deviceId: 'laptop',
    geoState: null,
    inHours: null,
    what: {},
    ...change,
  };
}

const named = (events: readonly SeenEvent[], rules: readonly EventRule[] = EVENT_RULES) =>
  findAll(rules, events, GROUNDS);
const rulesIn = (findings: readonly Finding[]) => [...new Set(findings.map(({ rule }) => rule))];

const denied = (
  minutesAgo: number,
  reasonCode = 'access.denied',
  change: Partial<SeenEvent> = {},
) => seen('access.denied', minutesAgo, { what: { reasonCode }, ...change });
const many = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at));
const breakglass = (type: string, minutesAgo: number, objectId = 'b1') =>
  seen(`breakglass.${type}`, minutesAgo, { what: { objectId } });
const witness = (type: string, minutesAgo: number, witnessName: string) =>
  seen(`witness.${type}`, minutesAgo, { actorId: null, actorState: null, what: { witnessName } });
const opened = (minutesAgo: number, geoState: string, change: Partial<SeenEvent> = {}) =>
  seen('session.opened', minutesAgo, { geoState, ...change });

/** 16 MiB of a file. */
const fetched = (minutesAgo: number) =>
  seen('attachment.fetched', minutesAgo, { what: { from: 16 * 1_048_576, to: 32 * 1_048_576 } });
/** The mandate of Rosa, by a registrar. */
const leaving = (how: string, minutesAgo: number) =>
  seen(`person.${how}`, minutesAgo, { actorId: 'registrar', what: { objectId: 'rosa' } });

describe('a rule fires on one story and is silent on its twin', () => {
  it.each<[string, readonly SeenEvent[], readonly SeenEvent[]]>([
    [
      'refusals-burst',
      many(5, (at) => denied(10 - at)),
      // Four, or five that are farther apart than ten minutes, or of two people.
      [...many(4, (at) => denied(9 - at)), denied(3, 'access.denied', { actorId: 'omar' })],
    ],
    [
      'refusals-burst',
      [denied(3), seen('access.throttled', 2, { what: { count: 40 } })],
      many(5, (at) => denied(60 - at * 11)),
    ],
    [
      'enumeration',
      many(20, (at) => denied(9 - at / 3, 'person.not-found')),
      many(20, (at) => denied(9 - at / 3, 'access.denied')),
    ],
    [
      'off-hours-read',
      [seen('person.consulted', 5, { inHours: false })],
      [seen('person.consulted', 5, { inHours: true }), seen('person.consulted', 4)],
    ],
    [
      'new-device-download',
      [seen('session.opened', 50, { what: { newDevice: true } }), seen('vault.fetched', 10)],
      [
        seen('session.opened', 100, { what: { newDevice: true } }),
        seen('vault.fetched', 10),
        seen('session.opened', 5, { what: { newDevice: false } }),
      ],
    ],
    [
      'new-device-download',
      [seen('device.enrolled', 30, { deviceId: 'old' }), seen('attachment.ticketed', 10)],
      [seen('device.enrolled', 90, { deviceId: 'old' }), seen('attachment.ticketed', 10)],
    ],
    [
      'egress-volume',
      many(200, (at) => seen('attachment.ticketed', 59 - at / 4)),
      // One less; as many by two people; as many in two hours; as many refused.
      [
        ...many(80, () => seen('attachment.ticketed', 119.5)),
        ...many(199, (at) => seen('attachment.ticketed', 59 - at / 4)),
        ...many(150, (at) => seen('attachment.ticketed', 59 - at / 4, { actorId: 'omar' })),

        ...many(80, () => seen('attachment.ticketed', 5, { outcome: 'denied' })),
      ],
    ],
    [
      'egress-volume',
      many(128, (at) => fetched(600 - at)),
      [fetched(40 * 60), ...many(127, (at) => fetched(600 - at))],
    ],
    [
      'egress-before-leaving',
      [seen('attachment.ticketed', 23 * 60), leaving('revoked', 5)],
      // A day before and more; afterwards; somebody else; and a mandate that only changed.
      [
        seen('attachment.ticketed', 25 * 60),
        leaving('revoked', 5),
        seen('attachment.ticketed', 4),
        seen('thread.exported', 10, { actorId: 'omar' }),
        leaving('role-changed', 3),
      ],
    ],
    [
      'egress-before-leaving',
      [seen('request.status-changed', 9, { what: { after: 'exported' } }), leaving('revoked', 5)],
      [seen('request.status-changed', 9, { what: { after: 'frozen' } }), leaving('revoked', 5)],
    ],
    [
      'self-audit',
      [seen('audit.searched', 5, { what: { filter: ['actor=rosa'] } })],
      [seen('audit.searched', 5, { what: { filter: ['actor=omar'] } })],
    ],
    [
      'self-audit',
      [seen('audit.viewed', 5, { what: { filter: ['event=e'], aboutSelf: true } })],
      [seen('audit.viewed', 5, { what: { filter: ['event=e'] } })],
    ],
    ['foreign-location', [opened(5, 'MX')], [opened(5, 'CR')]],
    // Mexico City to San José is some 1,900 km: an hour is too short, three hours are a flight.
    [
      'impossible-travel',
      [opened(70, 'MX'), opened(10, 'CR')],
      [opened(190, 'MX'), opened(10, 'CR')],
    ],
    [
      'breakglass-unreviewed',
      [breakglass('invoked', 73 * 60)],
      [
        breakglass('invoked', 73 * 60),
        breakglass('reviewed', 60),
        breakglass('invoked', 71 * 60, 'b2'),
      ],
    ],
    ['receipt-dispute', [seen('receipt.disputed', 5)], [seen('client.reported', 5)]],
    ['receipt-dispute', [seen('attachment.integrity-failed', 5)], [seen('attachment.saved', 5)]],
    [
      'witness-late',
      [witness('delayed', 16, 'cr')],
      [witness('delayed', 30, 'cr'), witness('recovered', 20, 'cr'), witness('delayed', 14, 'pa')],
    ],
  ])('%s', (...[rule, story, twin]) => {
    const found = named(story).filter((each) => each.rule === rule);
    expect(found.length).toBeGreaterThan(0);
    for (const { numbers, eventIds } of found) {
      expect(numbers.length).toBeGreaterThan(1);
      for (const id of eventIds) expect(story.map(({ eventId }) => eventId)).toContain(id);
    }
    expect(rulesIn(named(twin))).not.toContain(rule);
  });

  it('quorum-lost, when more witnesses are late than may be', () => {
    const rule = quorumLost(7, 11);
    const late = (count: number, minutesAgo: number) =>
      many(count, (at) => witness('delayed', minutesAgo, `w${at}`));
    expect(rulesIn(named(late(5, 61), [rule]))).toEqual(['quorum-lost']);
    expect(named(late(4, 200), [rule])).toEqual([]);
    // The fifth is late since ten minutes only.
    expect(named([...late(4, 200), witness('delayed', 10, 'w9')], [rule])).toEqual([]);
    expect(named(late(5, 61), [quorumLost(0, 0)])).toEqual([]);
    // A quorum that has been lost for two months is lost.
    expect(rulesIn(named(late(5, 60 * 24 * 60), [rule]))).toEqual(['quorum-lost']);
  });
});

describe('an alert', () => {
  it('is one for one stretch, and another an hour later', () => {
    const burst = many(5, (at) => denied(10 - at));
    const subjects = () => named(burst).map(({ subject }) => subject);
    expect(subjects()).toEqual(subjects());
    const [later] = findAll(
      EVENT_RULES,
      many(5, (at) => denied(-110 - at)),
      {
        ...GROUNDS,
        nowMs: NOW_MS + 2 * HOUR_MS,
      },
    );
    expect(later?.subject).not.toBe(subjects()[0]);
  });

  it('about what was taken is one a time, however much more follows, and says at which file it was too much', () => {
    const story = many(400, (at) => seen('attachment.ticketed', 59 - at / 8));
    const found = named(story).filter(({ rule }) => rule === 'egress-volume');
    expect(found).toMatchObject([{ state: 'CR', numbers: [200, 200] }]);
    expect(found[0]?.eventIds.at(-1)).toBe(story[199]?.eventId);
    const sum = named(many(200, (at) => fetched(600 - at)));
    expect(sum.map(({ numbers }) => numbers)).toEqual([[2_048, 2_048]]);
  });

  it('follows the threshold of the State, and no other’s', () => {
    const thresholds = (state: StateCode, name: keyof typeof USUAL_THRESHOLDS): number =>
      state === 'CR' && name === 'refusals-burst.count' ? 3 : USUAL_THRESHOLDS[name];
    const story = [
      ...many(3, (at) => denied(5 - at)),
      ...many(4, (at) => denied(5 - at, 'access.denied', { actorId: 'omar', actorState: 'PA' })),
    ];
    const found = findAll(EVENT_RULES, story, { ...GROUNDS, thresholds });
    expect(found.map(({ state, numbers }) => [state, numbers])).toEqual([['CR', [3, 3]]]);
  });

  it('is not raised for what lies before the window of its rule', () => {
    expect(named(many(9, (at) => denied(75 - at)))).toEqual([]);
  });

  it('about strangers is nobody’s: a scanner has no name', () => {
    expect(named(many(9, (at) => denied(5 - at / 2, 'access.denied', { actorId: null })))).toEqual(
      [],
    );
  });
});

describe('the counters of devices', () => {
  const gap = (change: Partial<CounterGap> = {}): CounterGap => ({
    deviceId: 'laptop',
    state: 'CR',
    first: 5,
    last: 9,
    before: 'e4',
    after: 'e10',
    afterAtMs: NOW_MS - 25 * HOUR_MS,
    ...change,
  });
  const found = (gaps: readonly CounterGap[], ...ranges: readonly string[]) =>
    counterGaps(gaps, new Map([['laptop', ranges]]), GROUNDS);

  it('have a gap where nobody explains the numbers a day later, and none where the device does', () => {
    expect(found([gap()])).toEqual([
      expect.objectContaining({
        rule: 'counter-gap',
        numbers: [5, 9, 5, 24],
        eventIds: ['e4', 'e10'],
      }),
    ]);
    expect(found([gap()], '4-6', '7-9')).toEqual([]);
    expect(found([gap()], '5-6', '6-8')[0]?.numbers).toEqual([5, 9, 1, 24]);
    expect(found([gap({ afterAtMs: NOW_MS - 23 * HOUR_MS })])).toEqual([]);
  });

  it('count no number twice that a device explained twice, and take rubbish for nothing', () => {
    expect(found([gap()], '1-6', '2-6', 'x', '9-5')[0]?.numbers).toEqual([5, 9, 3, 24]);
  });
});

it('differences between rows and events are one alert a State, kind and day', () => {
  const row = (state: StateCode | null, id: string) => ({ state, what: 'sessions', id });
  const day = Math.floor(NOW_MS / DAY_MS);
  const found = reconciliationDifferences([row('CR', '1'), row('CR', '2'), row(null, '3')], day);
  expect(found.map(({ state, numbers }) => [state, numbers])).toEqual([
    ['CR', [2, 0]],
    ['XR', [1, 0]],
  ]);
  expect(reconciliationDifferences([], day)).toEqual([]);
});
