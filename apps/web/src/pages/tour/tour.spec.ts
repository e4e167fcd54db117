import { describe, expect, it } from '@jest/globals';
import { ROLES } from '@enlace/contracts';

import { tourName, tourOf } from './tour.js';

const names = (...roles: readonly string[]) => tourOf(roles).map(({ name }) => name);

describe('the tour of a workplace', () => {
  it.each(ROLES)(
    'begins at home and ends with how to leave, and shows a %s their own work',
    (role) => {
      const steps = names(role);
      expect([steps[0], ...steps.slice(-2)]).toEqual(['home', 'activity', 'settings']);
      expect(steps.length).toBeGreaterThan(3);
    },
  );

  it('shows drafting to whoever drafts, and the board to whoever follows', () => {
    expect(names('cooperation-officer')).toEqual(expect.arrayContaining(['requests', 'board']));
    expect(names('central-authority')).not.toContain('requests');
    expect(names('auditor')).toEqual(expect.arrayContaining(['audit', 'integrity']));
    expect(names('auditor')).not.toContain('cases');
  });

  it('shows a place once to whoever has two roles', () => {
    const both = names('prosecutor', 'liaison');
    expect(both).toEqual([...new Set(both)]);
    expect(tourName(['prosecutor', 'liaison'])).toBe(tourName(['liaison', 'prosecutor']));
  });

  it('has no step while nobody knows the roles', () => {
    expect(tourOf([])).toEqual([]);
  });
});
