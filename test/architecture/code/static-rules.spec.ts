import { describe, expect, it } from '@jest/globals';

import { filesBelow, readText, sourceFiles } from '../house.js';
import { DATABASE_RULES, PROCESS_RULES, REALTIME_RULES } from './server-rules.js';
import { parse, violationsOf } from './static-rule.js';
import { SAFETY_RULES, STYLE_RULES } from './style-rules.js';

const RULES = [
  ...DATABASE_RULES,
  ...REALTIME_RULES,
  ...PROCESS_RULES,
  ...SAFETY_RULES,
  ...STYLE_RULES,
];

const scripts = filesBelow('').filter((path) => path.endsWith('.mjs'));
const house = [...sourceFiles(), ...scripts].map((path) => parse(path, readText(path)));

describe.each(RULES)('$name', (rule) => {
  it.each(rule.planted)('finds %j', (text) => {
    expect(violationsOf(rule, parse(rule.at, text))).not.toEqual([]);
  });

  it.each(rule.innocent)('leaves %j alone', (text) => {
    expect(violationsOf(rule, parse(rule.at, text))).toEqual([]);
  });

  it('is kept by the whole house', () => {
    expect(house.flatMap((file) => violationsOf(rule, file))).toEqual([]);
  });
});

it('each rule has another name and at least one planted fault', () => {
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  expect(RULES.filter(({ planted }) => planted.length === 0)).toEqual([]);
});
