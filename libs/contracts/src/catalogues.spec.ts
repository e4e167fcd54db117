import { describe, expect, it } from '@jest/globals';

import { auditEventTypes, isAuditEventType, isProblemCode, PROBLEMS } from './index.js';

describe('the catalogues', () => {
  it('name every problem as object and what happened, with a title in both languages', () => {
    for (const [code, { title }] of Object.entries(PROBLEMS)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
      expect(title.es.length).toBeGreaterThan(3);
      expect(title.en.length).toBeGreaterThan(3);
      expect(title.es).not.toBe(title.en);
    }
    expect(isProblemCode('body.malformed')).toBe(true);
    expect(isProblemCode('toString')).toBe(false);
  });

  it('name every audit event as object and past participle, none twice', () => {
    const names = auditEventTypes();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(isAuditEventType('thread.member-added')).toBe(true);
    expect(isAuditEventType('thread.membered')).toBe(false);
  });
});
