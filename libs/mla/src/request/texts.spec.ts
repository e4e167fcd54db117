import { expect, it } from '@jest/globals';

import { requestTexts } from './texts.js';

it('the free texts of a request are found wherever the model has one, and codes are not', () => {
  const texts = requestTexts();
  expect([...texts]).toEqual(
    expect.arrayContaining([
      '/facts/summary',
      '/facts/paragraphs/*/text',
      '/measures/*/purpose',
      '/measures/*/nexus/explanation',
      '/confidentiality/reasons',
      '/persons/*/location/lead',
      '/urgency/reason',
      '/assurances/*/text',
    ]),
  );
  for (const other of ['/id', '/urgency/deadline', '/persons/*/roles', '/measures/*/questions']) {
    expect(texts).not.toContain(other);
  }
  expect(texts.size).toBeGreaterThan(40);
});
