import { describe, expect, it } from '@jest/globals';

import { edited, goodRequest, MLA_TODAY } from '@enlace/testing';

import { CATALOGUE, isProvisionVerified } from '../catalogue/catalogue.js';
import { shippedProvisions } from './provisions.js';
import { shippedPacks } from '../packs/shipped.js';
import { orderBasis } from './basis-order.js';
import { check } from '../check/check.js';

const provisions = (...ids: readonly string[]) =>
  ids.map((id) => ({ id, role: 'duty' as const, verified: true }));

async function orderedFor(a: string, b: string, ...ids: readonly string[]) {
  const packs = await shippedPacks();
  const pair = { '/requestingState': a, '/requestedState': b };
  const report = check(edited(goodRequest(), pair), packs, MLA_TODAY);
  if (report.verdict === 'malformed') throw new RangeError('malformed');
  const { holding, folded } = orderBasis(provisions(...ids), report, packs);
  return {
    governing: report.governing.instrument,
    holding: holding.map(({ id }) => id),
    folded: folded.map(({ id }) => id),
  };
}

describe('the provisions of a finding', () => {
  it('come as they bind the two: what governs, other treaties, the law of the requested State, the rest', async () => {
    const { governing, holding, folded } = await orderedFor(
      'CR',
      'PA',
      'PRACTICE:any',
      'CR-L8764:7',
      'PA-CP:310',
      'UNTOC:18(15)',
      'NASSAU:26',
    );
    expect([governing === 'NASSAU' || governing === 'CA-1993', folded]).toEqual([true, []]);
    expect(holding.indexOf('NASSAU:26')).toBeLessThan(2);
    expect(holding.slice(2)).toEqual(['PA-CP:310', 'PRACTICE:any', 'CR-L8764:7']);
  });

  it('are folded where they do not govern: a treaty that one is no party to, another pair, a third State', async () => {
    const { holding, folded } = await orderedFor(
      'BZ',
      'CR',
      'NASSAU:26',
      'MX-US-MLAT:4',
      'MX-CNPP:455',
      'UNTOC:18(15)',
      'BUDAPEST:27(3)',
    );
    expect(holding).toEqual(['UNTOC:18(15)']);
    expect(folded).toEqual(['NASSAU:26', 'MX-US-MLAT:4', 'MX-CNPP:455', 'BUDAPEST:27(3)']);
  });

  it('of every rule are told of, with what was read of them, and none says more than the check does', async () => {
    const told = await shippedProvisions();
    const named = new Set(
      CATALOGUE.rules.flatMap(({ basis }) => basis.map((one) => one.provision)),
    );
    expect([...named].filter((id) => !told.has(id))).toEqual([]);
    for (const id of named)
      expect([id, told.get(id)?.verified]).toEqual([id, isProvisionVerified(id)]);
    expect(told.get('UNTOC:2(b)')?.quoteEs).toContain('cuatro años');
  });
});
