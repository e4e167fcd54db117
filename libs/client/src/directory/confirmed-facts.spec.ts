import { beforeAll, describe, expect, it } from '@jest/globals';

import { CATALOGUE, confirmPacks, shippedPacks } from '@enlace/mla';
import { personaOf, Region, type Draft } from '@enlace/testing';

import { confirmedFactsOf } from './confirmed-facts.js';

const EXISTS = '/pairs/CR-US/bilateral/exists';
const OF = {
  CR: ['identity:cr-lucia', 'identity:cr-marta'],
  US: ['identity:us-marcus', 'identity:us-helen'],
} as const;
const shipped = await shippedPacks();
const [rule] = CATALOGUE.rules;
const reviewed = `/rules/${rule?.id}/${rule?.version}`;

let complete: Region;
beforeAll(async () => {
  complete = await Region.complete('CR');
  complete.enrol({ ...personaOf('cr-lucia'), slug: 'cr-marta' });
  complete.enrol({ ...personaOf('us-marcus'), slug: 'us-helen' });
});

const fact = (
  state: 'CR' | 'US',
  change: Partial<Draft<'fact-confirmation'>> = {},
): Draft<'fact-confirmation'> => ({
  type: 'fact-confirmation',
  state,
  path: EXISTS,
  value: 'true',
  source: 'Ejemplo',
  sourceDate: '2026-09-01',
  validFrom: null,
  validTo: null,
  reviewBy: null,
  note: null,
  ...change,
});
const packsOf = ({ directory }: Region) => confirmPacks(shipped, confirmedFactsOf(directory));
const confidencesOf = (region: Region) =>
  packsOf(region).confirmed.map(({ path, after }) => `${path} ${after.confidence}`);

describe('what States confirmed, as a client holds it', () => {
  it('makes the fact of a pair verified once both have spoken, and not before', () => {
    const region = complete.copy();
    region.add(fact('CR'), OF.CR);
    region.witness();
    expect(packsOf(region)).toMatchObject({
      confirmed: [],
      withoutEffect: [{ why: 'awaits-other-state', statement: { state: 'CR' } }],
    });
    region.add(fact('US'), OF.US);
    region.witness();
    expect(packsOf(region).confirmed).toMatchObject([
      { path: EXISTS, states: ['CR', 'US'], after: { value: true, confidence: 'verified' } },
    ]);
  });

  it('counts for nothing before the witnesses have seen it', () => {
    const region = complete.copy();
    region.add(fact('CR', { path: '/countries/CR/languages', value: '["es"]' }), OF.CR);
    expect(confirmedFactsOf(region.directory)).toEqual([]);
    region.witness();
    expect(confidencesOf(region)).toEqual(['/countries/CR/languages verified']);
  });

  it('is the newest word of a State; of two with one serial neither is', () => {
    const region = complete.copy();
    const said = (value: string) => fact('CR', { path: '/countries/CR/languages', value });
    region.add(said('["es"]'), OF.CR);
    region.add(said('["en","es"]'), OF.CR);
    region.witness();
    expect(packsOf(region).packs.countries['CR']?.languages?.value).toEqual(['en', 'es']);
    region.apply(region.draft({ ...said('["fr"]'), serial: 2 }, OF.CR));
    region.witness();
    expect(confirmedFactsOf(region.directory)).toEqual([]);
    region.add({ ...said('["es"]'), serial: 3 }, OF.CR);
    region.witness();
    expect(packsOf(region).packs.countries['CR']?.languages?.value).toEqual(['es']);
  });

  it('is of rules as well, in the version that they have here; of another one it changes no pack', () => {
    const region = complete.copy();
    const review = { path: '/rules/dual-criminality/3', value: '{"result":"rejected"}' };
    region.add(fact('US', review), ['identity:us-marcus']);
    region.witness();
    expect(packsOf(region).packs).toBe(shipped);
    const current = { path: reviewed, value: '{"result":"rejected"}' };
    region.add(fact('US', current), ['identity:us-marcus']);
    region.witness();
    expect(packsOf(region).packs.reviews).toMatchObject([{ state: 'US', result: 'rejected' }]);
  });
});
