import { describe, expect, it } from '@jest/globals';

import { readPreferences } from './preferences.js';

const USUAL = {
  theme: 'system',
  textSize: 'usual',
  density: 'usual',
  idleMinutes: '15',
  hasLetterKeys: true,
  toursSeen: [],
};

describe('what somebody wants this browser to be', () => {
  it('is read as it was stored', () => {
    const chosen = {
      theme: 'dark',
      textSize: 'largest',
      density: 'compact',
      idleMinutes: '5',
      hasLetterKeys: false,
      toursSeen: ['auditor'],
    };
    expect(readPreferences(JSON.stringify(chosen))).toEqual(chosen);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['no object', '"dark"'],
    ['null', 'null'],
    ['a list', '[1]'],
    ['what is not offered', '{"theme":"red","textSize":"9","density":3,"idleMinutes":"600"}'],
    ['no word about letter keys', '{"hasLetterKeys":"no"}'],
    ['tours that are no names', '{"toursSeen":[1,null]}'],
    ['what is more', '{"more":1}'],
  ])('is the usual for %s', (_, stored) => {
    expect(readPreferences(stored)).toEqual(USUAL);
  });

  it('never locks a page later than its session ends', () => {
    for (const idleMinutes of ['0', '16', 15, -1, '1e9']) {
      expect(readPreferences(JSON.stringify({ idleMinutes })).idleMinutes).toBe('15');
    }
  });
});
