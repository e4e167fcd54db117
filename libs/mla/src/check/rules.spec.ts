import { describe as group, expect, it } from '@jest/globals';

import {
  edited,
  fixturePacks,
  goodRequest,
  MLA_TODAY,
  mlaVector,
  ruleCases,
  type Edits,
} from '@enlace/testing';

import { CATALOGUE } from '../catalogue/catalogue.js';
import { ALL_RULES, RULE_SETS } from './all-rules.js';
import { check } from './check.js';
import type { SoundReport } from './report.js';

const cases = Object.entries(ruleCases());
const fixture = fixturePacks();

function soundCheck(request: unknown, packEdits?: Edits): SoundReport {
  const packs = packEdits ? fixturePacks(packEdits) : fixture;
  const report = check(request, packs, MLA_TODAY);
  if (report.verdict === 'malformed') throw new Error(JSON.stringify(report.problems));
  return report;
}

it('every rule of the catalogue has exactly one implementation, and no other exists', () => {
  const implemented = RULE_SETS.flatMap((rules) => Object.keys(rules));
  expect(implemented.toSorted()).toEqual(CATALOGUE.rules.map(({ id }) => id).toSorted());
  expect(ALL_RULES.every(({ rule }) => rule !== undefined)).toBe(true);
});

it('every rule of the catalogue has a case in which it fires', () => {
  expect(cases.map(([rule]) => rule)).toEqual(CATALOGUE.rules.map(({ id }) => id));
});

group.each(cases)('%s', (rule, { set, packs, severity, subject, silent }) => {
  it('fires when one thing is wrong', () => {
    const report = soundCheck(edited(goodRequest(), set), packs);
    const found = report.findings.filter((finding) => finding.rule === rule);
    expect(found.map((finding) => [finding.severity, subject ?? finding.subject])).toContainEqual([
      severity,
      subject ?? found[0]?.subject,
    ]);
  });

  it('stays silent, and decides, on the request that is right', () => {
    const report = soundCheck(edited(goodRequest(), silent ?? {}));
    expect(report.findings.filter((finding) => finding.rule === rule)).toEqual([]);
  });
});

it('the findings of every case are those that were frozen', () => {
  const found = Object.fromEntries(
    cases.map(([rule, { set, packs }]) => {
      const report = soundCheck(edited(goodRequest(), set), packs);
      const findings = report.findings.map(
        (finding) => `${finding.severity} ${finding.rule} ${finding.subject}`,
      );
      const unknown = report.unknown.map((point) => `unknown ${point.rule} ${point.fact}`);
      return [rule, [...findings, ...unknown.slice(2)]];
    }),
  );
  expect(found).toEqual(mlaVector('rule-cases.expected.json'));
});
