import { describe, expect, it } from '@jest/globals';

import {
  edited,
  fixturePacks,
  goodRequest,
  MLA_TODAY,
  mlaVector,
  type Edits,
} from '@enlace/testing';

import { readRequest } from '../request/parse.js';
import { governing } from './governing.js';
import { parsePacks } from './pack-set.js';
import { shippedPacks } from './shipped.js';
import { status } from './status.js';

const fact = (value: string | boolean, confidence = 'verified') => ({
  value,
  source: 'test',
  sourceDate: '2026-01-01',
  confidence,
});
const NASSAU = '/instruments/NASSAU/parties';
const statusOf = (instrument: string, edits: Edits = {}, today = MLA_TODAY as string) =>
  status(fixturePacks(edits), { a: 'CR', b: 'US', instrument }, today);

const bilateral = (exists: boolean, inForceOn?: string): Edits => ({
  '/pairs/0': {
    a: 'CR',
    b: 'US',
    bilateral: {
      exists: fact(exists),
      ...(inForceOn === undefined ? {} : { inForceOn: fact(inForceOn) }),
    },
  },
});

describe('the status of an instrument for a pair', () => {
  it.each<[string, string, Edits, string]>([
    ['both parties, in force', 'NASSAU', {}, 'in-force'],
    ['absent from the packs', 'TIP-PROTOCOL', {}, 'unknown'],
    ['never in force', 'HANOI-2024', {}, 'not-in-force'],
    [
      'in force from tomorrow',
      'NASSAU',
      { '/instruments/NASSAU/inForce': fact('2026-11-24') },
      'not-in-force',
    ],
    [
      'in force from today',
      'NASSAU',
      { '/instruments/NASSAU/inForce': fact('2026-11-23') },
      'in-force',
    ],
    ['one is no party', 'NASSAU', { [`${NASSAU}/US`]: fact(false) }, 'not-in-force'],
    ['one joins later', 'NASSAU', { [`${NASSAU}/US/since`]: '2027-01-01' }, 'not-in-force'],
    [
      'no party, the other unknown',
      'NASSAU',
      { [`${NASSAU}/US`]: fact(false), [`${NASSAU}/CR`]: null },
      'not-in-force',
    ],
    ['one unknown', 'NASSAU', { [`${NASSAU}/CR`]: null }, 'unknown'],
    ['review day passed', 'NASSAU', { [`${NASSAU}/CR/reviewBy`]: '2026-11-22' }, 'unknown'],
    ['valid later', 'NASSAU', { [`${NASSAU}/CR/validFrom`]: '2026-11-24' }, 'unknown'],
    ['no bilateral treaty known', 'BILATERAL', {}, 'unknown'],
    ['no bilateral treaty', 'BILATERAL', bilateral(false), 'not-in-force'],
    ['a bilateral treaty in force', 'BILATERAL', bilateral(true, '2026-11-23'), 'in-force'],
    ['a bilateral treaty of tomorrow', 'BILATERAL', bilateral(true, '2026-11-24'), 'not-in-force'],
    ['a bilateral treaty without date', 'BILATERAL', bilateral(true), 'unknown'],
  ])('%s', (...[, instrument, edits, expected]) => {
    expect(statusOf(instrument, edits).state).toBe(expected);
  });

  it('is as well known as the weakest fact it rests on', () => {
    const edits = { [`${NASSAU}/US`]: fact(true, 'secondary') };
    expect(statusOf('NASSAU', edits)).toMatchObject({ state: 'in-force', confidence: 'secondary' });
  });
});

describe('the governing instrument', () => {
  const choose = (edits: Edits, packs: Edits = {}) => {
    const parsed = readRequest(edited(goodRequest(), edits));
    if (parsed.kind === 'malformed') throw new Error('malformed');
    return governing(parsed.request, fixturePacks(packs), MLA_TODAY);
  };
  const noNassau = { [`${NASSAU}/US`]: fact(false) };
  const noUntoc = { '/instruments/UNTOC/parties/US': fact(false) };
  const untocFirst = { '/legalBases/0/primary': null, '/legalBases/1/primary': true };

  it.each<[string, Edits, Edits, string | null, string]>([
    ['the drafter chooses within the set', {}, {}, 'NASSAU', 'drafter'],
    [
      'without a flag the first entry counts',
      { '/legalBases/0/primary': null },
      {},
      'NASSAU',
      'drafter',
    ],
    ['an MLA treaty replaces UNTOC', untocFirst, {}, 'NASSAU', 'untoc-18-7'],
    [
      'both States agree to UNTOC',
      { ...untocFirst, '/applyUntocInLieu': true },
      {},
      'UNTOC',
      'drafter',
    ],
    ['UNTOC stands alone', untocFirst, noNassau, 'UNTOC', 'drafter'],
    [
      'a cited MLA treaty goes before another',
      untocFirst,
      bilateral(true, '2020-01-01'),
      'NASSAU',
      'untoc-18-7',
    ],
    ['the choice is not in force', {}, noNassau, 'UNTOC', 'default'],
    [
      'the protocol reads as UNTOC',
      { '/legalBases/0/primary': null, '/legalBases/2/primary': true },
      noNassau,
      'UNTOC',
      'drafter',
    ],
    ['nothing is in force', {}, { ...noNassau, ...noUntoc }, null, 'none'],
  ])('%s', (...[, edits, packs, instrument, choice]) => {
    expect(choose(edits, packs)).toMatchObject({ instrument, choice });
  });
});

describe('packs', () => {
  const file = JSON.stringify(mlaVector('packs-fixture.json'));
  const part = (id: string, edits: Edits) =>
    JSON.stringify(
      edited(mlaVector('packs-fixture.json'), {
        '/id': id,
        '/authorities': [],
        '/instruments': {},
        '/countries': {},
        ...edits,
      }),
    );

  it('merge by key', () => {
    const france = { state: 'FR', nameEs: 'Francia', nameEn: 'France', verifiedOn: null };
    const merged = parsePacks([file, part('more', { '/countries': { FR: france } })]);
    expect(Object.keys(merged.countries)).toEqual(['CR', 'US', 'FR']);
    expect(merged.id).toBe('fixture-2026-09-01+more');
  });

  it.each<[string, readonly string[], string]>([
    ['a doubled key', [file, file], '/authorities/US-DOJ-OIA'],
    ['no JSON', ['{'], '/0'],
    ['another format', [part('x', { '/format': 'enlace-packs/2' })], '/0/format'],
    [
      'a known fact without source',
      [
        part('x', {
          '/countries': {
            CR: {
              state: 'CR',
              nameEs: 'x',
              nameEn: 'x',
              verifiedOn: null,
              deathPenalty: { ...fact('abolished'), source: null },
            },
          },
        }),
      ],
      '/0/countries/CR/deathPenalty',
    ],
    [
      'a value that is no list',
      [
        part('x', {
          '/countries': {
            CR: { state: 'CR', nameEs: 'x', nameEn: 'x', verifiedOn: null, languages: fact('es') },
          },
        }),
      ],
      '/0/countries/CR/languages/value',
    ],
  ])('are refused with their place: %s', (_, files, place) => {
    const refusal = expect.objectContaining({
      code: 'packs.invalid',
      errors: expect.arrayContaining([expect.objectContaining({ pointer: place })]),
    });
    expect(() => parsePacks(files)).toThrow(refusal);
  });

  it('that ship are sound, and no treaty in them governs a pair it does not bind', async () => {
    const packs = await shippedPacks();
    const states = Object.keys(packs.countries);
    expect(states).toHaveLength(11);
    for (const a of ['BZ', 'DO']) {
      for (const b of states.filter((state) => state !== a)) {
        expect(status(packs, { a, b, instrument: 'NASSAU' }, MLA_TODAY).state).toBe('not-in-force');
      }
    }
  });
});
