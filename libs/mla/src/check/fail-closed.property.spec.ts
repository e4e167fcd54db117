import { describe, expect, it } from '@jest/globals';

import {
  edited,
  fixturePacks,
  goodRequest,
  MLA_TODAY,
  ruleCases,
  type Edits,
} from '@enlace/testing';

import { check } from './check.js';
import type { SoundReport } from './report.js';

type Json = ReturnType<typeof goodRequest>;

/** Fields that switch rules on: without one of them a request with a blocker is never ready, whatever the field was. */
const CLASSIFICATION = [
  /^\/(requestKind|requestingState|requestedState)$/,
  /^\/(channel\/type|proceeding\/kind)$/,
  /^\/legalBases\/\d+\/instrument$/,
  /^\/offences\/\d+\/categories$/,
  /^\/persons\/\d+\/(kind|roles|minor|dateOfBirth)$/,
  /^\/persons\/\d+\/protection\/(asylum|countryOfOrigin)$/,
  /^\/facts\/sources\/\d+\/(kind|fromState|usedInParagraphs|handling)$/,
  /^\/facts\/sources\/\d+\/handling\/(code|evidentialUse)$/,
  /^\/measures\/\d+\/(type|offenceIds)$/,
];

const fixture = fixturePacks();
// Every deletion of every case with SLOW=1; else those near a blocker, and a rotating share of the others.
const SHARE = process.env['SLOW'] === '1' ? 1 : 40;

function soundCheck(request: unknown, packs = fixture): SoundReport | null {
  const report = check(request, packs, MLA_TODAY);
  return report.verdict === 'malformed' ? null : report;
}

function pathsOf(value: Json, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    `${path}/${name}`,
    ...pathsOf(member, `${path}/${name}`),
  ]);
}

const isWithin = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);

const blockersOf = (report: SoundReport) =>
  report.findings.filter(({ severity }) => severity === 'blocker');

function wronglyReady(request: Json, packEdits: Edits | undefined): string[] {
  const packs = packEdits ? fixturePacks(packEdits) : fixture;
  const before = soundCheck(request, packs);
  const blockers = before ? blockersOf(before) : [];
  const named = blockers.flatMap(({ paths }) => paths);
  return pathsOf(request)
    .filter((path, index) => {
      const isNear = named.some((one) => isWithin(one, path) || isWithin(path, one));
      return isNear || CLASSIFICATION.some((field) => field.test(path)) || index % SHARE === 0;
    })
    .filter((path) => {
      const after = soundCheck(edited(request, { [path]: null }), packs);
      if (after?.verdict !== 'ready') return false;
      return (
        CLASSIFICATION.some((field) => field.test(path)) ||
        !named.some((one) => isWithin(one, path))
      );
    });
}

const blocked = Object.entries(ruleCases()).filter(([, { severity }]) => severity === 'blocker');

describe('a request with a blocker', () => {
  it('exists for more than twenty rules', () => {
    expect(blocked.length).toBeGreaterThan(20);
  });

  it.each(blocked)(
    'of %s becomes ready by a deletion only where a blocker named it',
    (_, { set, packs }) => {
      expect(wronglyReady(edited(goodRequest(), set), packs)).toEqual([]);
    },
  );
});
