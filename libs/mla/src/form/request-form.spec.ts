import { describe, expect, it } from '@jest/globals';
import { goodRequest } from '@enlace/testing';

import {
  codeWords,
  factWords,
  fieldWords,
  FORM_SECTIONS,
  measureFields,
  referredList,
  sectionOf,
} from './request-form.js';
import { CATALOGUE } from '../catalogue/catalogue.js';
import { shippedPacks } from '../packs/shipped.js';
import { MEASURE_TYPES } from '../request/vocabulary.js';
import { requestFields, type RequestField } from './request-fields.js';

interface Placed {
  readonly path: string;
  readonly field: RequestField;
}

function* placesOf(field: RequestField, path = ''): Generator<Placed> {
  yield { path, field };
  if (field.kind === 'list') yield* placesOf(field.item, `${path}/0`);
  if (field.kind !== 'section') return;
  for (const [name, inner] of Object.entries(field.fields)) {
    yield* placesOf(inner, `${path}/${name}`);
  }
}

const PLACES = [...placesOf(requestFields())].filter(({ path }) => path !== '');
/** The pair and the form itself: what the tracking knows of a request is no field of its draft. */
const FIXED = ['/schemaVersion', '/requestingState', '/requestedState'];

describe('the form of a request', () => {
  it('has words of its own for every field, in both languages', () => {
    const wordless = PLACES.filter(({ path }) => {
      const name = path.split('/').at(-1) ?? '';
      return !/^\d+$/u.test(name) && fieldWords(path).es === name;
    });
    expect(wordless.map(({ path }) => path)).toEqual(['/schemaVersion']);
  });

  it('has words for every code of every list', () => {
    const wordless = PLACES.flatMap(({ path, field }) =>
      field.kind === 'choice'
        ? field.codes.filter((code) => codeWords(path, code).es === code).map((c) => `${path} ${c}`)
        : [],
    );
    // The same words in Spanish.
    expect(wordless.filter((one) => !/ (?:civil|no|normal|sexual)$/u.test(one))).toEqual([]);
  });

  it('writes every field in one section of the finished document', () => {
    const homeless = PLACES.filter(({ path }) => {
      const { places } = FORM_SECTIONS[sectionOf(path)] ?? { places: [] };
      return !places.some((place) => path === place || path.startsWith(`${place}/`));
    });
    // What a section names as a whole, and no field of which is written elsewhere, is no home of its own.
    expect(homeless.map(({ path }) => path)).toEqual(FIXED);
    expect(FORM_SECTIONS.map(({ title }) => title.es).slice(-2)).toEqual([
      'Firma, lugar y fecha',
      'Anexos',
    ]);
    expect(sectionOf('/proceeding/keyDates/0/date')).toBe(14);
    expect(sectionOf('/proceeding/reference')).toBe(3);
  });

  it('shows for each type of measure fields that a measure has', () => {
    const measure = PLACES.find(({ path }) => path === '/measures/0')?.field;
    const known = new Set(Object.keys(measure?.kind === 'section' ? measure.fields : {}));
    for (const type of [...MEASURE_TYPES, undefined]) {
      expect([...measureFields(type)].filter((name) => !known.has(name))).toEqual([]);
    }
    expect(measureFields('search-seizure')).toContain('threshold');
    expect(measureFields('vessel-boarding')).not.toContain('threshold');
  });

  it('knows what references refer to', () => {
    const lost = PLACES.filter(({ path, field }) => {
      const inner = field.kind === 'list' ? field.item : field;
      const name = path.split('/').at(-1) ?? '';
      return inner.kind === 'reference' && !/^\d+$/u.test(name) && referredList(name) === null;
    });
    expect(lost).toEqual([]);
  });

  it('has a place for every value of a good request, and for what rules look at', () => {
    const known = new Set(PLACES.map(({ path }) => path.replaceAll(/\/\d+/gu, '/*')));
    const strange: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (path !== '' && !known.has(path)) strange.push(path);
      if (Array.isArray(value)) for (const each of value) walk(each, `${path}/*`);
      else if (typeof value === 'object' && value !== null) {
        for (const [name, inner] of Object.entries(value)) walk(inner, `${path}/${name}`);
      }
    };
    walk(goodRequest(), '');
    expect(strange).toEqual([]);
    expect(CATALOGUE.rules.length).toBeGreaterThan(100);
  });

  it('has words for every fact that a country pack shows', async () => {
    const { countries } = await shippedPacks();
    const named = Object.values(countries).flatMap((country) => Object.keys(country));
    const plain = ['state', 'nameEs', 'nameEn', 'verifiedOn', 'other'];
    const wordless = [...new Set(named)].filter(
      (name) => !plain.includes(name) && factWords(name).es === name,
    );
    expect(wordless).toEqual([]);
  });
});
