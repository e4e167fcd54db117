import { expect, it } from '@jest/globals';

import { EXIT } from './exit-codes.js';

it('scripts can rely on the five exit codes', () => {
  expect(EXIT).toEqual({ done: 0, reservations: 1, alert: 2, malformed: 3, cannotRun: 4 });
});
