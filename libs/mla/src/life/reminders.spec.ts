import { describe, expect, it } from '@jest/globals';

import { REQUEST_STATUSES } from '@enlace/contracts';
import { edited, fixturePacks, goodRequest, mlaVector, type Edits } from '@enlace/testing';

import { LABELS } from '../catalogue/labels.js';
import { parsePacks } from '../packs/pack-set.js';
import { parseDay } from '../request/days.js';
import { parseRequest } from '../request/parse.js';
import { remindersOf, type Standing } from './reminders.js';

const packs = fixturePacks();
const DRAFT: Standing = { status: 'draft', statusOn: '2026-01-01', opinionsUntil: [] };

/** The good request without a date of its own, and with those that are given. */
function dated(edits: Edits = {}) {
  const none: Edits = {
    '/measures/0/preservation': null,
    '/measures/0/hearingDate': null,
    '/proceeding/keyDates': null,
    '/proceeding/limitation': null,
    '/urgency/deadline': null,
    '/facts/sources': null,
  };
  const parsed = parseRequest(JSON.stringify(edited(goodRequest(), { ...none, ...edits })));
  if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
  return { ...parsed.request, measures: (parsed.request.measures ?? []).slice(0, 1) };
}

const told = (edits: Edits, today: string, standing: Partial<Standing> = {}) =>
  remindersOf(dated(edits), { ...DRAFT, ...standing }, { packs, today: parseDay(today) });
const kindsOn = (...args: Parameters<typeof told>) => told(...args).due.map(({ kind }) => kind);

/** A date, what it reminds of, and how many days before. */
const DATES = [
  ['preservation', { '/measures/0/preservation': { expiresOn: '2027-06-30' } }, [60, 30, 7, 1]],
  ['limitation', { '/proceeding/limitation': { expiresOn: '2027-06-30' } }, [365, 90, 30]],
  ['key-date', { '/proceeding/keyDates': [{ label: 'x', date: '2027-06-30' }] }, [30, 7, 1]],
  ['deadline', { '/urgency/deadline': '2027-06-30' }, [30, 7, 1]],
  ['hearing', { '/measures/0/hearingDate': '2027-06-30' }, [60]],
  ['source', { '/facts/sources': [{ id: 's1', handling: { expiresOn: '2027-06-30' } }] }, [7]],
] as const satisfies readonly (readonly [string, Edits, readonly number[]])[];

function before(days: number): string {
  return new Date(Date.UTC(2027, 5, 30 - days)).toISOString().slice(0, 10);
}

describe('what a request reminds of', () => {
  it.each(DATES)('is of %s from its first day on until it is over', (kind, edits, leads) => {
    const first = leads[0];
    expect(kindsOn(edits, before(first + 1))).toEqual([]);
    for (const days of [first, 0]) {
      expect(told(edits, before(days)).due).toMatchObject([
        { kind, on: '2027-06-30', daysLeft: days },
      ]);
    }
    expect(kindsOn(edits, before(-1))).toEqual([]);
  });

  it.each(DATES)('of %s says the next of its days, and then none', (_kind, edits, leads) => {
    let today = '2025-01-01';
    const days: (string | null)[] = [];
    for (let next = told(edits, today).next; next !== null; next = told(edits, today).next) {
      days.push(next);
      today = next;
    }
    expect(days).toEqual(leads.map(before));
  });

  it('waits as long before a hearing as the requested State says', () => {
    const fact = { value: 20, source: 'x', sourceDate: '2026-01-01', confidence: 'secondary' };
    const file = edited(mlaVector('packs-fixture.json'), {
      '/countries/US/serviceLeadDays': fact,
    });
    const own = parsePacks([JSON.stringify(file)]);
    const hearing = dated({ '/measures/0/hearingDate': '2027-06-30' });
    expect(remindersOf(hearing, DRAFT, { packs: own, today: parseDay(before(21)) }).due).toEqual(
      [],
    );
    const next = remindersOf(hearing, DRAFT, { packs: own, today: parseDay(before(91)) });
    expect(next).toMatchObject({ due: [], next: before(20) });
    const silent = { packs: { ...packs, countries: {} }, today: parseDay(before(91)) };
    expect(remindersOf(hearing, DRAFT, silent)).toMatchObject({ due: [], next: before(90) });
  });

  it('is of no limitation where none applies', () => {
    const none = { '/proceeding/limitation': { none: true, expiresOn: '2027-06-30' } };
    expect(told(none, before(1))).toMatchObject({ due: [], next: null });
  });

  it('is of opinions that end', () => {
    const until = { opinionsUntil: ['2027-06-30', '2027-06-29'] };
    expect(told({}, before(7), until)).toMatchObject({
      due: [{ kind: 'opinion', path: null, on: '2027-06-29' }, { kind: 'opinion' }],
      next: null,
    });
  });

  it('leaves what was preserved alone once it was received, where the Budapest Convention is in force', () => {
    const kept = { '/measures/0/preservation': { expiresOn: '2027-06-30' } };
    const party = (state: string) => ({ [`/instruments/BUDAPEST/parties/${state}/value`]: true });
    const known = { '/instruments/BUDAPEST/parties/CR/confidence': 'verified' };
    const binding = parsePacks([
      JSON.stringify(
        edited(mlaVector('packs-fixture.json'), { ...party('CR'), ...party('US'), ...known }),
      ),
    ]);
    const off = parsePacks([
      JSON.stringify(
        edited(mlaVector('packs-fixture.json'), {
          '/instruments/BUDAPEST/parties/US/value': false,
        }),
      ),
    ]);
    const isReminded = (status: Standing['status'], by = binding): boolean =>
      remindersOf(
        dated(kept),
        { ...DRAFT, status, statusOn: before(9) },
        { packs: by, today: parseDay(before(7)) },
      ).due.some(({ kind }) => kind === 'preservation');
    expect(REQUEST_STATUSES.filter((status) => isReminded(status))).toEqual(
      REQUEST_STATUSES.slice(0, REQUEST_STATUSES.indexOf('received')),
    );
    expect(isReminded('received', off)).toBe(true);
  });

  it('is of silence, from sixty days after the last news of a formal request on', () => {
    const day = (days: number) => before(-days);
    const formal = { status: 'formalised', statusOn: '2027-06-30' } as const;
    expect(told({}, day(59), formal)).toMatchObject({ due: [], next: day(60) });
    expect(told({}, day(60), formal)).toMatchObject({
      due: [{ kind: 'no-news', on: '2027-06-30', daysLeft: -60 }],
      next: null,
    });
    const silent = REQUEST_STATUSES.filter(
      (status) => told({}, day(60), { ...formal, status }).due.length > 0,
    );
    expect(silent).toEqual(['formalised', 'received', 'executing', 'postponed']);
    const informed = REQUEST_STATUSES.filter(
      (status) => told({}, day(0), { ...formal, status }).informsCentralAuthorities,
    );
    expect(informed).toEqual(silent);
  });

  it('is nothing once the request is over', () => {
    for (const status of ['executed', 'refused', 'withdrawn'] as const) {
      const near = told({ '/urgency/deadline': '2027-06-30' }, before(1), { status });
      expect(near).toEqual({ due: [], next: null, informsCentralAuthorities: false });
    }
  });

  it('names places and days, and nothing of the case; every kind has words', () => {
    const edits = Object.assign({}, ...DATES.map(([, one]) => one));
    const { due } = told(edits, before(1));
    expect(due).toHaveLength(DATES.length);
    for (const { kind, path } of due) {
      expect(LABELS.reminders).toHaveProperty([kind]);
      expect(path).toMatch(/^\/[A-Za-z0-9/]+$/u);
    }
    expect(JSON.stringify(due)).not.toContain('label');
  });
});
