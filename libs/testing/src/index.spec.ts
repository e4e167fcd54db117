import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the test library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'TEMPLATE_DATABASE',
    'freshDatabase',
    'plantSession',
  ]);
});
