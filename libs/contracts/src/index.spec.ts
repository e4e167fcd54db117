import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the contracts export exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'AUDIT_EVENT_FIELDS',
    'AUDIT_SCOPES',
    'DIRECTORY_LIMITS',
    'HANDLING_CODES',
    'LOG_LIMITS',
    'NONCE_HEADER',
    'PASSKEY_ALGORITHMS',
    'PASSKEY_LIMITS',
    'PEOPLE_LIMITS',
    'POLICY_TABLE',
    'PROBLEMS',
    'PROBLEM_MEDIA_TYPE',
    'PROVE_EVENT',
    'PURPOSES',
    'PURPOSE_HEADER',
    'RATE_LIMITS',
    'RECEIPT_HEADER',
    'REGIONAL_AUTHORITY',
    'ROLES',
    'ROUTES',
    'SERVER_EVENTS',
    'SESSION_COOKIE',
    'SESSION_LIMITS',
    'SIGN_IN_METHODS',
    'SIZE_LIMITS',
    'SOCKET_METHOD',
    'STATES',
    'STEP_UP_HEADER',
    'TICKET_HEADER',
    'TIME_LIMITS',
    'auditEventTypes',
    'decide',
    'isAllowedInRecovery',
    'isAllowedMixture',
    'isAuditEventType',
    'isProblemCode',
  ]);
});
