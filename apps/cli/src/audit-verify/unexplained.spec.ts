import { describe, expect, it } from '@jest/globals';
import type { LogFinding } from './findings.js';
import { withUnexplained, type ToldErasure } from './unexplained.js';

const origin = 'audit.example.test/2026';
const later = 'audit.example.test/2029';
const finding: LogFinding = {
  origin,
  size: 20,
  root: '',
  signed: true,
  witnesses: [],
  quorum: true,
  witnessed: 20,
  proven: 20,
  seen: null,
  problems: [],
};
const told = (at: Partial<ToldErasure>): ToldErasure => ({
  origin,
  index: 15,
  sections: ['what', 'who'],
  ranges: [{ origin, first: 4, last: 6 }],
  ...at,
});
const found = (...erasures: readonly ToldErasure[]) =>
  withUnexplained({ gone: [{ origin, index: 5 }], erasures }, finding).problems;

describe('an act that is not shown because it was erased', () => {
  it('is explained by an event after it, of its log or of a later one', () => {
    expect(found(told({}))).toEqual([]);
    expect(found(told({ origin: later, index: 2 }))).toEqual([]);
  });

  it.each<[string, readonly ToldErasure[]]>([
    ['nobody says so', []],
    ['other entries are meant', [told({ ranges: [{ origin, first: 6, last: 9 }] })]],
    ['another log is meant', [told({ ranges: [{ origin: later, first: 4, last: 6 }] })]],
    ['other sections are meant', [told({ sections: ['where'] })]],
    ['it was said before there was anything to erase', [told({ index: 3 })]],
  ])('is missing where %s', (_, erasures) => {
    expect(found(...erasures)).toMatchObject([
      { code: 'event.erased-unexplained', exit: 6, index: 5 },
    ]);
  });
});
