import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the contracts export exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'PROBLEMS',
    'PROBLEM_MEDIA_TYPE',
    'RATE_LIMITS',
    'REGIONAL_AUTHORITY',
    'ROUTES',
    'SERVER_EVENTS',
    'SIZE_LIMITS',
    'STATES',
    'TIME_LIMITS',
    'auditEventTypes',
    'isAuditEventType',
    'isProblemCode',
  ]);
});
