import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the test library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'AUTHORITIES',
    'LIAISON_REGIONS',
    'MEMBER_STATES',
    'MLA_TODAY',
    'MemoryStore',
    'MemoryTiles',
    'NaiveTree',
    'PERSONAS',
    'REGION_START_MS',
    'Region',
    'ScriptedServer',
    'TEMPLATE_DATABASE',
    'aNoteSigner',
    'edited',
    'everyStatement',
    'fixturePacks',
    'flipBit',
    'flipBits',
    'forTestsOnlySeed',
    'freshDatabase',
    'goodRequest',
    'mlaVector',
    'nodeTlogCrypto',
    'officeId',
    'personaOf',
    'plantSession',
    'refusalOf',
    'ruleCases',
    'stateRootOf',
    'strictPolicy',
    'testBytes',
    'testId',
    'testPublicKey',
    'vkeyOf',
  ]);
});
