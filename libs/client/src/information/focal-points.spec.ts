import { beforeEach, describe, expect, it } from '@jest/globals';

import type { State } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';
import { officeId, Region, testBytes, testId, type Draft } from '@enlace/testing';

import { focalPointsOf } from './focal-points.js';

const DAY_MS = 86_400_000;
const ROSA = testId('cr-rosa', 4);
const complete = await Region.complete('CR');
let region = complete;
beforeEach(() => {
  region = complete.copy();
});

const inDays = (days: number) => formatInstant(region.nowMs + days * DAY_MS);
const contact = (change: Partial<Draft<'contact'>> = {}): Draft<'contact'> => ({
  type: 'contact',
  state: 'CR',
  contactId: testId('contact', 7),
  officeId: officeId('CR', 'specialised'),
  personId: ROSA,
  duties: ['borders', 'focal-point-smuggling'],
  card: testBytes('card', 32),
  closed: false,
  ...change,
});
const proposed = (change: Partial<Draft<'contact'>> = {}) =>
  region.add(contact(change), ['identity:cr-rosa']).id;
const approved = (id: string, days = 365) =>
  region.add({ type: 'contact-approval', state: 'CR', contact: id, validUntil: inDays(days) }, [
    'identity:cr-daniel',
  ]);
const confirmed = (id: string, days = 92) =>
  region.add(
    {
      type: 'contact-confirmation',
      state: 'CR',
      contact: id,
      quarter: '2027-Q1',
      confirmedUntil: inDays(days),
    },
    ['identity:cr-rosa'],
  );
const found = (days = 1, state: State = 'CR') =>
  focalPointsOf(region.directory, state, region.nowMs + days * DAY_MS);

describe('the focal points of a State', () => {
  it('are those whom the foreign ministry approved, and nobody before', () => {
    const id = proposed();
    expect(found()).toEqual([]);
    approved(id);
    expect(found()).toMatchObject([
      { personId: ROSA, state: 'CR', standing: 'unconfirmed', confirmedUntil: null },
    ]);
    confirmed(id);
    expect(found()).toMatchObject([{ standing: 'confirmed', confirmedUntil: inDays(92) }]);
    expect(found(1, 'PA')).toEqual([]);
  });

  it('are marked when their quarter is over, and are none after two of them or after the term', () => {
    const id = proposed();
    approved(id);
    confirmed(id);
    expect(found(93)).toMatchObject([{ standing: 'unconfirmed' }]);
    expect(found(92 + 184)).toHaveLength(1);
    expect(found(92 + 185)).toEqual([]);
    const short = proposed({ contactId: testId('short', 7) });
    approved(short, 30);
    confirmed(short);
    expect(found(29)).toHaveLength(2);
    expect(found(30)).toHaveLength(1);
  });

  it('are none for other duties, without a person, or once they are closed or replaced', () => {
    approved(proposed({ contactId: testId('other', 7), duties: ['victims'] }));
    approved(proposed({ contactId: testId('nobody', 7), personId: null }));
    expect(found()).toEqual([]);
    approved(proposed());
    expect(found()).toHaveLength(1);
    // What was approved was another contact.
    proposed({ duties: ['focal-point-smuggling'] });
    expect(found()).toEqual([]);
    approved(proposed({ contactId: testId('gone', 7) }));
    proposed({ contactId: testId('gone', 7), closed: true });
    expect(found()).toEqual([]);
  });
});
