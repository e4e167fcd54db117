import { AUDIT_VIEWS, STATES } from '@enlace/contracts';
import { describe, expect, it } from '@jest/globals';

import { VIEWS } from '../../../apps/api/src/audit/views/views.js';
import { columnHead } from '../../../apps/cli/src/audit/views/view-columns.js';

/** The same in both languages. */
const INTERNATIONAL = new Set(['bytes', 'hash', ...STATES, 'XR']);

describe('the columns that the server gives to a question of auditors', () => {
  it.each(AUDIT_VIEWS)('of %s have a Spanish heading on the command line', (view) => {
    const { columns } = VIEWS[view].tableOf([], []);
    const untranslated = columns.filter((column) => columnHead(column, 'es') === column);
    expect(columns.length).toBeGreaterThan(1);
    expect(untranslated.filter((column) => !INTERNATIONAL.has(column))).toEqual([]);
  });
});
