import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const folder = new URL('apps/docs/decisions/', root);
const files = readdirSync(folder).toSorted();
const SECTIONS = ['Context', 'Drivers', 'Options', 'Decision', 'Consequences'];

describe('the decision records', () => {
  it('are numbered from 0001 without a gap', () => {
    const numbers = files.map((file) => Number(file.slice(0, 4)));
    expect(numbers).toEqual(files.map((_, index) => index + 1));
  });

  it.each(files)('%s has the form of a record', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const [head = '', body = ''] = text.split('\n---\n');
    expect(head).toMatch(/^---\nadr: \d{4}\nstatus: .+\ndate: \d{4}-\d\d-\d\d\ntouches: \[.+\]$/);
    expect(head).toMatch(/\nstatus: (proposed|accepted|superseded by \d{4})\n/);
    expect(body).toMatch(/^\n?# \d{4} /);
    expect(text).toContain(`adr: ${file.slice(0, 4)}\n`);
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(SECTIONS);
    expect(text.split('\n').length).toBeLessThan(60);
  });

  it.each(files)('%s names the tests that check it, and they exist', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const [, checks = ''] = /^Checked by: ([^]+)$/m.exec(text) ?? [];
    expect(checks).not.toBe('');
    const named = [...checks.matchAll(/`([^`\s]+\/[^`\s]+)`/g)].map(([, path]) => path ?? '');
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
    expect(named.length > 0 || text.includes('\nstatus: proposed\n')).toBe(true);
  });
});
