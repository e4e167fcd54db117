import { describe, expect, it } from '@jest/globals';
import { edited, fixturePacks, goodRequest, MLA_TODAY, type Edits } from '@enlace/testing';

import { parseRequest } from '../request/parse.js';
import type { MlaRequest } from '../request/model.js';
import { check } from './check.js';
import { engineError, type Finding } from './finding.js';
import { openBlockers, takesTwo, waivedPart, type Waiver } from './waiving.js';

/** The Nassau Convention, article 3. */
const UNREADY: Edits = { '/channel/fromCentralAuthorityId': null };
/** A child who is named. */
const EXPOSED: Edits = { '/persons/0/minor': true, '/persons/0/nameDisclosed': 'full' };

function requestWith(edits: Edits): MlaRequest {
  const parsed = parseRequest(JSON.stringify(edited(goodRequest(), edits)));
  if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
  return parsed.request;
}
function blockersOf(request: MlaRequest): readonly Finding[] {
  const report = check(request, fixturePacks(), MLA_TODAY);
  if (report.verdict === 'malformed') throw new RangeError('malformed');
  return report.findings.filter(({ severity }) => severity === 'blocker');
}
function the(rule: string, request: MlaRequest): Finding {
  const found = blockersOf(request).find((finding) => finding.rule === rule);
  if (found === undefined) throw new RangeError(`${rule} does not block`);
  return found;
}
const waive = (finding: Finding, request: MlaRequest, by = 'rosa'): Waiver => ({
  ...waivedPart(finding, request),
  by,
  isOfficer: false,
});
const left = (request: MlaRequest, waivers: readonly Waiver[]) =>
  openBlockers(blockersOf(request), request, waivers).map(({ rule }) => rule);

describe('a waiver', () => {
  const request = requestWith(UNREADY);
  const rule = 'channel-not-via-own-central';

  it('marks a blocker as considered, and no other one', () => {
    const waiver = waive(the(rule, request), request);
    expect(left(request, [])).toEqual([rule]);
    expect(left(request, [waiver])).toEqual([]);
    const both = requestWith({ ...UNREADY, ...EXPOSED });
    expect(left(both, [waiver])).toEqual(['protect-minor-identity']);
    expect(left(request, [{ ...waiver, rule: 'basis-none' }])).toEqual([rule]);
    expect(left(request, [{ ...waiver, subject: 'm9' }])).toEqual([rule]);
  });

  it('changes neither the verdict nor the exit code', () => {
    const report = check(request, fixturePacks(), MLA_TODAY);
    expect(report).toMatchObject({ verdict: 'not-ready', exitCode: 2 });
  });

  it('lapses with the version of the rule, and with the values that it is about', () => {
    const finding = the(rule, request);
    const waiver = waive(finding, request);
    expect(left(request, [{ ...waiver, ruleVersion: waiver.ruleVersion + 1 }])).toEqual([rule]);
    const [path = ''] = finding.paths;
    const other = requestWith({ ...UNREADY, [path]: 'XX-OTHER' });
    expect(waivedPart(finding, other).values).not.toBe(waiver.values);
    const elsewhere = requestWith({ ...UNREADY, '/urgency/reason': 'Plazo.' });
    expect(left(elsewhere, [waiver])).toEqual([]);
  });

  it('takes two persons where somebody has to be protected, the second an officer', () => {
    const exposed = requestWith(EXPOSED);
    const finding = the('protect-minor-identity', exposed);
    expect(takesTwo(finding)).toBe(true);
    const of = (by: string, isOfficer = false) => ({ ...waive(finding, exposed, by), isOfficer });
    const open = ['protect-minor-identity'];
    expect(left(exposed, [of('rosa')])).toEqual(open);
    expect(left(exposed, [of('lucia', true)])).toEqual(open);
    expect(left(exposed, [of('rosa'), of('rosa', true)])).toEqual(open);
    expect(left(exposed, [of('rosa'), of('esteban')])).toEqual(open);
    expect(left(exposed, [of('lucia', true), of('rosa')])).toEqual(open);
    expect(left(exposed, [of('rosa'), of('lucia', true)])).toEqual([]);
  });

  it('is none for a defect of the engine', () => {
    const defect = engineError('basis-none');
    const waiver = waive(defect, request);
    expect(openBlockers([defect], request, [waiver])).toEqual([defect]);
  });
});
