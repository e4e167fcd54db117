import { describe, expect, it } from '@jest/globals';
import { isJsonObject } from '@enlace/kernel';
import { edited, goodRequest, MLA_TODAY, type Edits } from '@enlace/testing';

import { NOTHING_TICKED, tickableIn, withField, withIdentifier } from './ticks.js';

function tickable(edits: Edits = {}) {
  const document = edited(goodRequest(), edits);
  return tickableIn(isJsonObject(document) ? document : {}, MLA_TODAY);
}

describe('what somebody may tick to travel as it is', () => {
  it('is what is said of suspects and accused, and identifiers', () => {
    const { persons, identifiers } = tickable();
    expect(persons).toEqual([
      { id: 'p1', code: 'P-1', fields: ['name', 'dateOfBirth'] },
      { id: 'p2', code: 'P-2', fields: ['name', 'dateOfBirth'] },
    ]);
    expect(identifiers[0]).toEqual({
      path: '/measures/0/identifiers/0',
      measure: 'm1',
      value: 'NL-88213407',
    });
  });

  it.each<[string, Edits]>([
    ['a child', { '/persons/1/dateOfBirth': '2010-01-01' }],
    ['someone of unknown age', { '/persons/1/dateOfBirth': null }],
    ['an applicant for asylum', { '/persons/1/protection': { asylum: 'applicant' } }],
    ['a protected witness', { '/persons/1/protection': { protectedWitness: true } }],
    ['someone who is no suspect', { '/persons/1/roles': ['witness'] }],
  ])('is nothing of %s', (_, edits) => {
    expect(tickable(edits).persons.map(({ id }) => id)).toEqual(['p1']);
  });

  it('is nothing of what is no request', () => {
    expect(tickableIn({ persons: 'none' }, MLA_TODAY)).toEqual({ persons: [], identifiers: [] });
  });

  it('is ticked and taken back', () => {
    const name = { id: 'p2', field: 'name' } as const;
    const once = withIdentifier(withField(NOTHING_TICKED, name), '/measures/0/identifiers/0');
    expect(once).toEqual({ shown: { p2: ['name'] }, identifiers: ['/measures/0/identifiers/0'] });
    expect(withIdentifier(withField(once, name), '/measures/0/identifiers/0')).toEqual({
      shown: { p2: [] },
      identifiers: [],
    });
  });
});
