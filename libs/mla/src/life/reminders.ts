import type { RequestShown } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';

import { FactReader } from '../packs/fact-reader.js';
import type { PackSet } from '../packs/pack-set.js';
import { statusFrom } from '../packs/status.js';
import { daysBetween, parseDay, type IsoDate } from '../request/days.js';
import type { MlaRequest } from '../request/model.js';
import { SERVICE_LEAD_DAYS } from '../request/service-lead.js';

/** What a day is of. */
type ReminderKind =
  | 'preservation'
  | 'limitation'
  | 'key-date'
  | 'deadline'
  | 'hearing'
  | 'source'
  | 'opinion'
  | 'no-news';

/** A day that comes near. It names ids and places, no person and no text of the case. */
interface Reminder {
  readonly kind: ReminderKind;
  /** JSON pointer of the date in the request; of an opinion and of silence there is none. */
  readonly path: string | null;
  readonly on: IsoDate;
  /** Negative where the day of silence is over. */
  readonly daysLeft: number;
}

export interface RequestReminders {
  /** What is near enough today, the nearest first. */
  readonly due: readonly Reminder[];
  /** The next day after today on which something comes near: all that the server may know. */
  readonly next: IsoDate | null;
  /** UNTOC 18(13): from here on what is said about the request goes through the central authorities too. */
  readonly informsCentralAuthorities: boolean;
}

/** Where a request stands, as its tracking says; `opinionsUntil` are the days until which opinions on it hold. */
export interface Standing {
  readonly status: RequestShown['status'];
  readonly statusOn: string;
  readonly opinionsUntil: readonly string[];
}

/** Days before, each a moment to be reminded. */
const LEADS = {
  preservation: [60, 30, 7, 1],
  limitation: [365, 90, 30],
  deadline: [30, 7, 1],
  expiry: [7],
} as const;
const SILENCE_DAYS = 60;
const DAY_MS = 86_400_000;

type Status = Standing['status'];
const OVER: readonly Status[] = ['executed', 'refused', 'withdrawn'];
/** The requested State has it: what was preserved there stays until it decides (Budapest Convention, article 29(7)). */
const RECEIVED: readonly Status[] = ['received', 'executing', 'postponed'];
const FORMAL: readonly Status[] = ['formalised', ...RECEIVED];

interface Day {
  readonly kind: ReminderKind;
  readonly path: string | null;
  readonly on: string | undefined;
  readonly leads: readonly number[];
}

/** What the dates of a draft remind of on a day. The same request, packs and day give the same. */
export function remindersOf(
  request: MlaRequest,
  standing: Standing,
  { packs, today }: { readonly packs: PackSet; readonly today: IsoDate },
): RequestReminders {
  const { status } = standing;
  if (OVER.includes(status)) return { due: [], next: null, informsCentralAuthorities: false };
  const facts = new FactReader(packs, today);
  const days = [
    ...daysOfMeasures(request, standing, facts),
    ...daysOfProceeding(request),
    ...daysOfInformation(request, standing),
  ].flatMap((one) => (one.on === undefined ? [] : [{ ...one, on: one.on }]));
  const near = days.flatMap(({ leads, on, ...day }): readonly Reminder[] => {
    const daysLeft = daysBetween(today, on);
    const isNear = daysLeft >= 0 && daysLeft <= Math.max(...leads);
    return isNear ? [{ ...day, on: parseDay(on), daysLeft }] : [];
  });
  const isFormal = FORMAL.includes(status);
  const silent = daysBetween(standing.statusOn, today);
  const silence: readonly Reminder[] =
    isFormal && silent >= SILENCE_DAYS
      ? [{ kind: 'no-news', path: null, on: parseDay(standing.statusOn), daysLeft: -silent }]
      : [];
  const ahead = [
    ...days.flatMap(({ leads, on }) => leads.map((lead) => daysBetween(today, on) - lead)),
    ...(isFormal ? [SILENCE_DAYS - silent] : []),
  ].filter((left) => left > 0);
  return {
    due: [...silence, ...near.toSorted((one, other) => one.daysLeft - other.daysLeft)],
    next: ahead.length === 0 ? null : dayAfter(today, Math.min(...ahead)),
    informsCentralAuthorities: isFormal,
  };
}

function daysOfMeasures(
  { measures = [], requestingState = '', requestedState = '' }: MlaRequest,
  { status }: Standing,
  facts: FactReader,
): readonly Day[] {
  const pair = { a: requestingState, b: requestedState, instrument: 'BUDAPEST' };
  const isKept = RECEIVED.includes(status) && statusFrom(facts, pair).state === 'in-force';
  const { value: lead } = facts.country(requestedState, 'serviceLeadDays');
  return measures.flatMap(({ preservation, hearingDate }, at): readonly Day[] => [
    {
      kind: 'preservation',
      path: `/measures/${at}/preservation/expiresOn`,
      on: isKept ? undefined : preservation?.expiresOn,
      leads: LEADS.preservation,
    },
    {
      kind: 'hearing',
      path: `/measures/${at}/hearingDate`,
      on: hearingDate,
      leads: [lead ?? SERVICE_LEAD_DAYS],
    },
  ]);
}

function daysOfProceeding({ proceeding, urgency }: MlaRequest): readonly Day[] {
  const { limitation, keyDates = [] } = proceeding ?? {};
  return [
    {
      kind: 'limitation',
      path: '/proceeding/limitation/expiresOn',
      on: limitation?.none === true ? undefined : limitation?.expiresOn,
      leads: LEADS.limitation,
    },
    ...keyDates.map(({ date }, at): Day => ({
      kind: 'key-date',
      path: `/proceeding/keyDates/${at}/date`,
      on: date,
      leads: LEADS.deadline,
    })),
    {
      kind: 'deadline',
      path: '/urgency/deadline',
      on: urgency?.deadline,
      leads: LEADS.deadline,
    },
  ];
}

function daysOfInformation({ facts }: MlaRequest, { opinionsUntil }: Standing): readonly Day[] {
  return [
    ...(facts?.sources ?? []).map(({ handling }, at): Day => ({
      kind: 'source',
      path: `/facts/sources/${at}/handling/expiresOn`,
      on: handling?.expiresOn,
      leads: LEADS.expiry,
    })),
    ...opinionsUntil.map((on): Day => ({ kind: 'opinion', path: null, on, leads: LEADS.expiry })),
  ];
}

function dayAfter(day: IsoDate, days: number): IsoDate {
  return parseDay(formatInstant(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).slice(0, 10));
}
