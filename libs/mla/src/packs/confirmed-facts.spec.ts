import { describe, expect, it } from '@jest/globals';

import { edited, fixturePacks, goodRequest, mlaVector, MLA_TODAY } from '@enlace/testing';

import { CATALOGUE } from '../catalogue/catalogue.js';
import { check } from '../check/check.js';
import { printText } from '../check/print-text.js';
import { printReport } from '../check/print.js';
import { packDifference } from '../tables/pack-difference.js';
import { confirmPacks, type FactStatement } from './confirmed-facts.js';
import { readFactValue } from './fact-place.js';
import { parsePacks } from './pack-set.js';
import { shippedPacks } from './shipped.js';

interface Vectors {
  readonly statements: Readonly<Record<string, Partial<FactStatement>>>;
  readonly cases: readonly {
    readonly name: string;
    readonly given: readonly string[];
    readonly confirmed: Readonly<Record<string, readonly [string, readonly string[]]>>;
    readonly idle: readonly string[];
  }[];
}

const { statements, cases }: Vectors = JSON.parse(
  JSON.stringify(mlaVector('confirmed-facts.json')),
);
const shipped = await shippedPacks();

const said = (id: string, change: Partial<FactStatement> = {}): FactStatement => ({
  id,
  state: 'CR',
  path: '',
  value: '',
  source: `Fuente de ${id}`,
  sourceDate: '2026-09-01',
  validFrom: null,
  validTo: null,
  reviewBy: null,
  note: null,
  on: '2026-11-01',
  ...statements[id],
  ...change,
});
const confirm = (...given: readonly FactStatement[]) => confirmPacks(shipped, given);

describe('packs as States confirm them', () => {
  it.each(cases)('$name', ({ given, confirmed, idle }) => {
    const told = confirm(...given.map((id) => said(id)));
    expect(
      Object.fromEntries(
        told.confirmed.map(({ path, after, states }) => [path, [after.confidence, states]]),
      ),
    ).toEqual(confirmed);
    expect(told.withoutEffect.map(({ statement, why }) => `${statement.id} ${why}`)).toEqual(idle);
    // What was not confirmed is byte for byte what was shipped.
    const paths = packDifference(
      { before: shipped, after: told.packs },
      { language: 'en', today: MLA_TODAY },
    ).rows.map(([path]) => path?.text);
    expect(paths).toEqual(Object.keys(confirmed));
    expect(told.packs.sha256 === shipped.sha256).toBe(paths.length === 0);
  });

  it('say who confirmed a fact, when, from which source, and what stood there before', () => {
    const { packs, confirmed } = confirm(said('cr', { note: 'Nota', validTo: '2028-01-01' }));
    expect(packs.countries['CR']?.languages).toEqual({
      value: ['es'],
      source: 'Fuente de cr',
      sourceDate: '2026-09-01',
      confidence: 'verified',
      note: 'Nota',
      validTo: '2028-01-01',
      confirmedBy: { state: 'CR', on: '2026-11-01' },
    });
    expect(confirmed[0]?.before).toMatchObject({ value: null, confidence: 'unknown' });
    expect(packs.version).toBe(`${shipped.version}+1`);
  });

  it('hold of a pair what both its States say', () => {
    const { confirmed } = confirm(
      said('pair-us', { on: '2026-11-03', validFrom: '2026-01-01', validTo: '2028-01-01' }),
      said('pair-cr', { on: '2026-11-02', validFrom: '2026-02-01', validTo: '2027-01-01' }),
    );
    expect(confirmed[0]?.after).toMatchObject({
      source: 'Fuente de pair-cr; Fuente de pair-us',
      validFrom: '2026-02-01',
      validTo: '2027-01-01',
      confirmedBy: { state: 'CR-US', on: '2026-11-03' },
    });
  });

  it('are the same whatever the order, and are packs that can be read again', () => {
    const all = Object.keys(statements)
      .filter((id) => !['cr-again', 'pair-us-no'].includes(id))
      .map((id) => said(id));
    const { packs } = confirm(...all);
    expect(confirm(...all.toReversed()).packs).toEqual(packs);
    const { sha256, ...file } = packs;
    expect(parsePacks([JSON.stringify(file)]).sha256).toBe(sha256);
  });

  it('read as unknown once the confirmation is over', () => {
    const over = confirmPacks(fixturePacks(), [
      said('cr', {
        state: 'US',
        path: '/countries/US/languages',
        value: '["en"]',
        reviewBy: '2026-11-22',
      }),
    ]);
    const report = check(goodRequest(), over.packs, MLA_TODAY);
    expect(report).toMatchObject({
      unknown: expect.arrayContaining([
        expect.objectContaining({ fact: '/countries/US/languages' }),
      ]),
    });
  });
});

describe('what jurists say of a rule', () => {
  const RULE = 'lang-not-accepted';
  const version = CATALOGUE.rules.find(({ id }) => id === RULE)?.version ?? 0;
  const review = (change: Partial<FactStatement> = {}) =>
    said('review', {
      state: 'US',
      path: `/rules/${RULE}/${version}`,
      value: '{"result":"rejected"}',
      source: 'Oficina de ejemplo',
      ...change,
    });
  const request = edited(goodRequest(), {
    '/languages/draft': 'de',
    '/languages/translation': null,
  });
  const checked = (...given: readonly FactStatement[]) => {
    const report = check(request, confirmPacks(fixturePacks(), given).packs, MLA_TODAY);
    if (report.verdict === 'malformed') throw new Error('malformed');
    return report;
  };
  const rulesIn = ({ findings }: ReturnType<typeof checked>) => findings.map(({ rule }) => rule);

  it('switches it off for requests to and from the State that rejects it, and the report says so', () => {
    expect(rulesIn(checked())).toContain(RULE);
    for (const state of ['CR', 'US']) {
      const report = checked(review({ state }));
      expect(rulesIn(report)).not.toContain(RULE);
      expect(report.reviews).toMatchObject([
        { rule: RULE, version, state, result: 'rejected', by: 'Oficina de ejemplo', isOff: true },
      ]);
      expect(printText(report, 'es')).toContain(
        `${RULE}: Oficina de ejemplo, ${state}, 2026-11-01`,
      );
      expect(printText(report, 'en')).toContain(
        'lawyer: 1. No lawyer has reviewed the other rules.',
      );
      expect(printText(report, 'es')).not.toContain('no revisado por juristas');
      expect(printReport(report, 'en')).toMatchObject({ reviews: [{ rule: RULE, isOff: true }] });
    }
  });

  it.each<[string, Partial<FactStatement>]>([
    ['of a third State', { state: 'PA' }],
    ['of the region', { state: 'XR' }],
    ['that is over', { validTo: '2026-11-22' }],
    ['that is due', { reviewBy: '2026-11-22' }],
    ['that begins tomorrow', { validFrom: '2026-11-24' }],
    ['with another wording', { value: '{"result":"amended","wording":"Otra"}' }],
  ])('leaves it on: a word %s', (_, change) => {
    expect(rulesIn(checked(review(change)))).toContain(RULE);
  });

  it('leaves on what protects persons, whoever rejects it, and is told', () => {
    const shielded = edited(goodRequest(), { '/persons/0/minor': true });
    const report = (...given: readonly FactStatement[]) => {
      const made = check(shielded, confirmPacks(fixturePacks(), given).packs, MLA_TODAY);
      if (made.verdict === 'malformed') throw new Error('malformed');
      return made;
    };
    const dangers = report().findings.filter(
      ({ group, severity }) => group === 'D' && severity === 'blocker',
    );
    expect(dangers).not.toEqual([]);
    for (const { rule, ruleVersion } of dangers) {
      const path = `/rules/${rule}/${ruleVersion}`;
      const both = ['CR', 'US'].map((state) => ({ ...review({ state, path }), id: state }));
      const told = report(...both);
      expect(told.findings.filter((one) => one.rule === rule)).not.toEqual([]);
      expect(told.reviews.map(({ state, isOff }) => [state, isOff])).toEqual([
        ['CR', false],
        ['US', false],
      ]);
    }
  });

  it('is told beside its findings, with the wording it would have', () => {
    const value = '{"result":"amended","wording":"Otra redacción"}';
    const told = printText(checked(review({ value })), 'es');
    expect(told).toContain(
      'Revisado por: lang-not-accepted: Oficina de ejemplo, US, 2026-11-01: Otra',
    );
    expect(told).not.toContain('no se aplicaron');
  });

  it('is of the version that it names: another one is unreviewed', () => {
    const later = review({ path: `/rules/${RULE}/${version + 1}` });
    const { reviews, withoutEffect, packs } = confirmPacks(fixturePacks(), [
      later,
      review({ value: '{"result":"maybe"}' }),
    ]);
    expect(reviews).toEqual([]);
    expect(withoutEffect.map(({ why }) => why).toSorted()).toEqual([
      'malformed-value',
      'unknown-path',
    ]);
    expect(packs).toEqual(fixturePacks());
    // Packs that were written by another build.
    const old = { ...fixturePacks(), reviews: [{ rule: RULE, version: version + 1, state: 'US' }] };
    const by = { result: 'rejected', by: 'x', on: '2026-11-01' } as const;
    const kept = { ...old, reviews: old.reviews.map((one) => ({ ...one, ...by })) };
    const report = check(request, kept, MLA_TODAY);
    expect(report).toMatchObject({ reviews: [] });
  });

  it('travels in the packs, the newest of its State and rule', () => {
    const { packs } = confirmPacks(fixturePacks(), [review()]);
    const { sha256, ...file } = packs;
    const read = parsePacks([JSON.stringify(file)]);
    expect(read.sha256).toBe(sha256);
    const again = confirmPacks(read, [review({ value: '{"result":"confirmed"}' })]).packs;
    expect(again.reviews).toMatchObject([{ state: 'US', result: 'confirmed' }]);
  });
});

describe('what a State is about to confirm', () => {
  it('is a value of the form that rules read, in a place that packs have', () => {
    expect(readFactValue('/countries/CR/languages', '["es"]')).toEqual(['es']);
    for (const [path, value, rule] of [
      ['/countries/CR/langages', '["es"]', 'unknown-path'],
      ['/rules/dual-criminality/3', '{}', 'unknown-path'],
      ['/countries/CR/languages', '"es"', 'malformed-value'],
      ['/countries/CR/languages', 'null', 'malformed-value'],
    ] as const) {
      expect(() => readFactValue(path, value)).toThrow(
        expect.objectContaining({ code: 'fact.refused', facts: { path, rule } }),
      );
    }
  });
});
