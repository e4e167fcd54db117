import { expect, it } from '@jest/globals';

import { STARTUP_REFUSED_EXIT_CODE, StartupRefusal } from './startup-refusal.js';

it('a refusal to start keeps one line for each reason and leaves with EX_CONFIG', () => {
  const refusal = new StartupRefusal(['PORT is not a number', 'ORIGIN is missing']);
  expect(refusal.message).toBe('PORT is not a number\nORIGIN is missing');
  expect(refusal.name).toBe('StartupRefusal');
  expect(STARTUP_REFUSED_EXIT_CODE).toBe(78);
});
