import { describe, expect, it } from '@jest/globals';

import type { MlaRequest } from '../request/model.js';
import type { Person } from '../request/parties.js';
import { personsNamedIn } from './protected-names.js';

const TODAY = '2026-11-26';
const TEXTS = ['¿Entró por Paso Canoas?', 'Buscamos a ANA  Solís Peña, pasaporte C-12.34567.'];

const someone: Person = { id: 'p1', kind: 'natural', name: 'Ana Solís Peña' };
const of = (person: Person): MlaRequest => ({
  schemaVersion: '1.0',
  persons: [{ id: 'p0', kind: 'natural', name: 'Ramón Vidal' }, person],
});
const named = (more: Partial<Person>, texts = TEXTS) =>
  personsNamedIn(of({ ...someone, ...more }), texts, TODAY);

describe('persons whom a text may not name', () => {
  it.each<[string, Partial<Person>]>([
    ['a child, by what is said', { minor: true }],
    ['a child, by the date of birth', { dateOfBirth: '2010-01-01' }],
    ['somebody who seeks asylum', { protection: { asylum: 'applicant' } }],
    ['a refugee', { protection: { asylum: 'refugee' } }],
    ['a protected witness', { protection: { protectedWitness: true } }],
    ['a victim of trafficking', { protection: { traffickingVictim: true } }],
    ['whoever stands in the sealed annex', { nameDisclosed: 'sealed-annex' }],
  ])('are found by name: %s', (_, more) => {
    expect(named(more)).toEqual(['P-2']);
    expect(named(more, TEXTS.slice(0, 1))).toEqual([]);
  });

  it('are found by an alias and by a document, however it is written', () => {
    const sheltered = { ...someone, name: 'Otra Persona', minor: true };
    expect(named({ ...sheltered, aliases: ['ana solis'] })).toEqual(['P-2']);
    expect(named({ ...sheltered, idDocuments: [{ number: 'C1234567' }] })).toEqual(['P-2']);
    expect(named(sheltered)).toEqual([]);
  });

  it('are nobody else: information about a suspect is what is asked for', () => {
    expect(named({ roles: ['suspect'] })).toEqual([]);
    expect(named({ protection: { asylum: 'none', protectedWitness: false } })).toEqual([]);
    expect(personsNamedIn({ schemaVersion: '1.0' }, TEXTS, TODAY)).toEqual([]);
  });
});
