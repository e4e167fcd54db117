import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  edited,
  fixturePacks,
  goodRequest,
  MLA_TODAY,
  mlaVector,
  ruleCases,
  type Edits,
} from '@enlace/testing';

import { CATALOGUE, isProvisionVerified } from '../catalogue/catalogue.js';
import { LANGUAGES } from '../catalogue/labels.js';
import provisions from '../data/legal-provisions.json' with { type: 'json' };
import { mlaRequest } from '../request/model.js';
import { check } from './check.js';
import { describe as describeFinding } from './finding.js';
import { describeVerdict, printReport } from './print.js';
import { EXIT_CODES, verdictOf, type SoundReport } from './report.js';

const fixture = fixturePacks();
const cases = Object.entries(ruleCases());

function soundCheck(request: unknown, packs = fixture): SoundReport {
  const report = check(request, packs, MLA_TODAY);
  if (report.verdict === 'malformed') throw new Error(JSON.stringify(report.problems));
  return report;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe('the good request', () => {
  it('gives exactly the findings that were expected', () => {
    const expected = mlaVector('request-good.expected.json');
    const report = soundCheck(goodRequest());
    const [{ rule, subject, severity }] = report.findings as [SoundReport['findings'][number]];
    expect({
      ...report,
      governing: report.governing.instrument,
      treaties: report.governing.treaties.map(({ instrument }) => instrument),
      choice: report.governing.choice,
      must: [{ rule, subject, severity }],
    }).toMatchObject(
      Object.fromEntries(
        Object.entries(expected ?? {}).filter(([name]) =>
          ['today', 'exitCode', 'verdict', 'governing', 'treaties', 'choice', 'must'].includes(
            name,
          ),
        ),
      ),
    );
    expect(report.findings).toHaveLength(1);
  });

  it('prints its verdict with what could not be checked', () => {
    const report = soundCheck(goodRequest());
    expect(describeVerdict(report, 'es')).toBe('Lista · 2 puntos sin poder comprobar');
    expect(describeVerdict(report, 'en')).toBe('Ready · 2 points could not be checked');
    expect(Object.keys(printReport(report, 'en')).slice(0, 6)).toEqual([
      'format',
      'engine',
      'today',
      'lang',
      'verdict',
      'exitCode',
    ]);
    expect(describeVerdict(check(3, fixture, MLA_TODAY), 'en')).toBe('Malformed');
  });
});

describe('a report', () => {
  it('does not depend on the order of members, and is the same twice', () => {
    for (const [, { set }] of cases) {
      const request = edited(goodRequest(), set);
      const report = JSON.stringify(soundCheck(request));
      expect(JSON.stringify(soundCheck(reversed(request)))).toBe(report);
    }
  });

  it('comes for any value whatever, without exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(Object.keys(EXIT_CODES)).toContain(check(value, fixture, MLA_TODAY).verdict);
      }),
    );
    const scalar = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant([]),
      fc.constant({}),
    );
    const members = fc.constantFrom(...Object.keys(mlaRequest.shape));
    fc.assert(
      fc.property(fc.dictionary(members, scalar), (request) => {
        const report = check({ ...request, schemaVersion: '1.0' }, fixture, MLA_TODAY);
        expect(report.exitCode).toBeGreaterThan(1);
      }),
    );
  });

  it('holds no name of a person in its params', () => {
    for (const [, { set, packs }] of cases) {
      const report = soundCheck(edited(goodRequest(), set), packs ? fixturePacks(packs) : fixture);
      const params = JSON.stringify(report.findings.map((finding) => finding.params));
      expect(params).not.toMatch(/Araya|Solano|Driver|Prueba|Ferrer|NL-8821|RG-55/);
    }
  });

  it('has every text in both languages, with every placeholder filled', () => {
    for (const [rule, { set, packs }] of cases) {
      const report = soundCheck(edited(goodRequest(), set), packs ? fixturePacks(packs) : fixture);
      for (const language of LANGUAGES) {
        for (const finding of report.findings) {
          const { message, fix, basis } = describeFinding(finding, language);
          expect(
            [rule, message, fix, basis].filter((text) => /[{}]/.test(text) || text === ''),
          ).toEqual([]);
        }
      }
    }
  });

  it('never lets a heuristic block, and a verdict never improves by one more finding', () => {
    const findings = cases.flatMap(
      ([, { set }]) => soundCheck(edited(goodRequest(), set)).findings,
    );
    expect(findings.filter(({ kind, severity }) => kind === 'H' && severity === 'blocker')).toEqual(
      [],
    );
    fc.assert(
      fc.property(fc.subarray(findings), fc.constantFrom(...findings), (some, more) => {
        const [before, after] = [verdictOf(some), verdictOf([...some, more])];
        expect(EXIT_CODES[after]).toBeGreaterThanOrEqual(EXIT_CODES[before]);
      }),
    );
  });
});

describe('the confidence of a fact', () => {
  const country = Object.keys(fixture.countries['US'] ?? {}).filter(
    (name) => !['state', 'nameEs', 'nameEn', 'verifiedOn', 'centralAuthorityId'].includes(name),
  );
  const unknown = {
    value: null,
    source: null,
    sourceDate: null,
    confidence: 'unknown',
    question: { es: 'Pregunta', en: 'Question' },
  };
  const blockers = (report: SoundReport) =>
    report.findings.filter(({ severity }) => severity === 'blocker').map(({ rule }) => rule);

  it('never adds a blocker when it is lowered, and what becomes unknown is asked, not passed', () => {
    for (const [rule, { set, packs = {} }] of cases) {
      const request = edited(goodRequest(), set);
      const before = soundCheck(request, fixturePacks(packs));
      for (const { path } of before.findings.find((one) => one.rule === rule)?.facts ?? []) {
        const name = country.find((one) => path === `/countries/US/${one}`);
        if (name === undefined) continue;
        const after = soundCheck(request, fixturePacks({ ...packs, [path]: unknown }));
        expect(blockers(before)).toEqual(expect.arrayContaining(blockers(after)));
        const speaks = [...after.findings, ...after.unknown].some((one) => one.rule === rule);
        expect([path, rule, speaks]).toEqual([path, rule, true]);
      }
    }
  });

  it('caps a blocker that rests on less than a verified fact, and says so', () => {
    const secondary = {
      value: ['en'],
      source: 'press',
      sourceDate: '2026',
      confidence: 'secondary',
    };
    const edits: Edits = { '/countries/US/languages': secondary };
    const request = edited(goodRequest(), { '/languages/translation/language': 'fr' });
    expect(soundCheck(request, fixturePacks(edits)).findings[0]).toMatchObject({
      rule: 'lang-not-accepted',
      severity: 'likely-refusal',
      cappedFrom: 'blocker',
      facts: [{ path: '/countries/US/languages', confidence: 'secondary' }],
    });
  });
});

describe('the catalogue', () => {
  it('is sound: heuristics never block, provisions exist, and a basis is verified by what was read', () => {
    const known = new Map(provisions.provisions.map(({ id, verified }) => [id, verified]));
    for (const { id, kind, severity, basis, basisVerified } of CATALOGUE.rules) {
      expect([id, kind === 'H' && severity === 'blocker']).toEqual([id, false]);
      for (const { provision } of basis) {
        expect([id, known.get(provision)]).toEqual([id, isProvisionVerified(provision)]);
      }
      const binding = basis.filter(({ role }) => role === 'duty' || role === 'ground');
      const isRead = binding.every(({ provision }) => known.get(provision) === true);
      expect([id, binding.length > 0 && isRead]).toEqual([id, basisVerified]);
    }
    expect(CATALOGUE.rules).toHaveLength(157);
  });
});
