import { describe, expect, it } from '@jest/globals';

import { isAfterLoss, originAfterLoss } from './continued-origin.js';

describe('the name of a log that goes on after a loss', () => {
  it.each([
    ['audit.enlace.example/2026', 'audit.enlace.example/2026-2'],
    ['audit.enlace.example/2026-2', 'audit.enlace.example/2026-3'],
    ['audit.enlace.example/2026-9', 'audit.enlace.example/2026-10'],
    ['audit.enlace.example/2026-999', null],
    ['audit.enlace.example/2026-02', null],
    ['audit.enlace.example/2026-0', null],
    ['audit.enlace.example/26', null],
    ['directory.enlace.example', null],
    ['/2026', null],
  ])('after %s is %s', (origin, next) => {
    expect(originAfterLoss(origin)).toBe(next);
  });

  it('says so itself', () => {
    expect(isAfterLoss('audit.enlace.example/2026-2')).toBe(true);
    expect(isAfterLoss('audit.enlace.example/2026-02')).toBe(true);
    expect(isAfterLoss('audit.enlace.example/2026')).toBe(false);
    expect(isAfterLoss('directory.enlace.example')).toBe(false);
  });
});
