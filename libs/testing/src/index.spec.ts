import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the test library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'AUTHORITIES',
    'LIAISON_REGIONS',
    'MEMBER_STATES',
    'PERSONAS',
    'REGION_START_MS',
    'Region',
    'TEMPLATE_DATABASE',
    'everyStatement',
    'forTestsOnlySeed',
    'freshDatabase',
    'officeId',
    'personaOf',
    'plantSession',
    'refusalOf',
    'stateRootOf',
    'testBytes',
    'testId',
    'testPublicKey',
    'vkeyOf',
  ]);
});
