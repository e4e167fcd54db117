import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the contracts export exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'AUDIT_EVENT_FIELDS',
    'AUDIT_SCOPES',
    'DIRECTORY_LIMITS',
    'HANDLING_CODES',
    'PEOPLE_LIMITS',
    'POLICY_TABLE',
    'PROBLEMS',
    'PROBLEM_MEDIA_TYPE',
    'PURPOSES',
    'RATE_LIMITS',
    'REGIONAL_AUTHORITY',
    'ROLES',
    'ROUTES',
    'SERVER_EVENTS',
    'SIZE_LIMITS',
    'STATES',
    'TIME_LIMITS',
    'auditEventTypes',
    'decide',
    'isAllowedMixture',
    'isAuditEventType',
    'isProblemCode',
  ]);
});
