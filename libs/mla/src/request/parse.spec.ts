import { describe as group, expect, it } from '@jest/globals';

import { edited, goodRequest } from '@enlace/testing';

import { ageOn, daysBetween, isIsoDate, parseDay } from './days.js';
import { mlaRequestJsonSchema } from './model.js';
import { parseRequest, readRequest, type ParsedRequest } from './parse.js';
import { REQUEST_SIZE_LIMIT } from './plain-copy.js';
import { PROBLEM_LIMIT } from './problem.js';
import { LIST_LIMIT, MEASURE_LIMIT, STRING_LIMIT, TEXT_LIMIT } from './scalars.js';

const problems = (parsed: ParsedRequest) =>
  parsed.kind === 'malformed' ? parsed.problems.map(({ path, code }) => `${code} ${path}`) : [];

const problemsAfter = (edits: Parameters<typeof edited>[1]) =>
  problems(readRequest(edited(goodRequest(), edits)));

group('a request', () => {
  it('is read, and what is null counts as absent', () => {
    const parsed = readRequest(edited(goodRequest(), {}));
    expect(parsed.kind).toBe('request');
    expect(readRequest({ schemaVersion: '1.0', id: null, facts: null })).toMatchObject({
      kind: 'request',
    });
  });

  it.each([
    ['bad-enum /requestKind', { '/requestKind': 'urgent' }],
    ['wrong-type /requestKind', { '/requestKind': 4 }],
    ['bad-format /requestedState', { '/requestedState': 'us' }],
    ['bad-date /proceeding/openedOn', { '/proceeding/openedOn': '2026-02-29' }],
    ['bad-number /offences/0/maxPenaltyYears', { '/offences/0/maxPenaltyYears': -0.5 }],
    ['bad-number /facts/paragraphs/0/n', { '/facts/paragraphs/0/n': 1.5 }],
    [
      'bad-format /facts/elements/financialBenefit/amount/value',
      {
        '/facts/elements/financialBenefit/amount/value': '1.23456',
      },
    ],
    [
      'wrong-type /facts/elements/financialBenefit/amount/value',
      {
        '/facts/elements/financialBenefit/amount/value': 7950,
      },
    ],
    ['bad-format /measures/0/id', { '/measures/0/id': '-1' }],
    ['bad-format /annexes/0/sha256', { '/annexes/0/sha256': 'AB' }],
    ['unknown-field /measures/0/nexus/explanaton', { '/measures/0/nexus/explanaton': 'x' }],
    ['unknown-field /colour', { '/colour': 'blue' }],
    ['wrong-type /facts', { '/facts': 'none' }],
    ['wrong-type /measures', { '/measures': { '0': 'x' } }],
    ['too-long /id', { '/id': 'x'.repeat(STRING_LIMIT + 1) }],
    ['too-long /facts/summary', { '/facts/summary': 'x'.repeat(TEXT_LIMIT + 1) }],
    ['too-long /glossary', { '/glossary': Array.from({ length: LIST_LIMIT + 1 }, () => ({})) }],
    ['too-long /measures', { '/measures': Array.from({ length: MEASURE_LIMIT + 1 }, () => ({})) }],
    ['schema-version /schemaVersion', { '/schemaVersion': '1.1' }],
  ] as const)('is malformed: %s', (problem, edits) => {
    expect(problemsAfter(edits as Parameters<typeof edited>[1])).toEqual([problem]);
  });

  it('keeps values at their limits', () => {
    const text = 'x'.repeat(TEXT_LIMIT);
    expect(problemsAfter({ '/facts/summary': text, '/id': 'x'.repeat(STRING_LIMIT) })).toEqual([]);
  });

  it('names every place, in one order whatever the order of the members', () => {
    expect(problems(readRequest({ z: 1, a: 2, schemaVersion: '1.0', id: 3 }))).toEqual([
      'unknown-field /a',
      'wrong-type /id',
      'unknown-field /z',
    ]);
  });
});

group('hostile input', () => {
  it.each([
    ['not-json ', '{"schemaVersion":"1.0"'],
    ['too-large ', `"${'x'.repeat(REQUEST_SIZE_LIMIT)}"`],
    ['not-object ', '[]'],
    ['not-object ', 'null'],
  ])('is refused as a text: %s', (problem, json) => {
    expect(problems(parseRequest(json))).toEqual([problem]);
  });

  it('cannot reach a prototype', () => {
    const parsed = parseRequest(
      '{"schemaVersion":"1.0","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"facts":{"__proto__":null}}',
    );
    expect(problems(parsed)).toEqual([
      'unknown-field /__proto__',
      'unknown-field /constructor',
      'unknown-field /facts/__proto__',
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('is refused when it nests deeper than any request', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const parsed = problems(readRequest({ schemaVersion: '1.0', glossary: deep }));
    expect(parsed).toContain(`too-large /glossary${'/0'.repeat(11)}`);
  });

  it('is refused when it is larger than any request', () => {
    const wide = Array.from({ length: 150 }, () => 'x'.repeat(10_000));
    expect(problems(readRequest({ schemaVersion: '1.0', wide }))).toEqual(['too-large ']);
    const circular: Record<string, unknown> = { schemaVersion: '1.0' };
    circular['facts'] = circular;
    expect(readRequest(circular).kind).toBe('malformed');
  });

  it('is named in a bounded number of problems', () => {
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`f${at}`, 1]));
    expect(problems(readRequest({ schemaVersion: '1.0', ...fields }))).toHaveLength(PROBLEM_LIMIT);
  });

  it('is refused when it is no plain data', () => {
    const values = { at: new Date(0), by: () => 1, n: Number.NaN, big: 1n };
    expect(readRequest({ schemaVersion: '1.0', ...values }).kind).toBe('malformed');
    expect(problems(readRequest(new Map()))).toEqual(['wrong-type ']);
  });
});

group('days', () => {
  it('are real calendar days', () => {
    expect(isIsoDate('2028-02-29')).toBe(true);
    expect(isIsoDate('2026-02-29')).toBe(false);
    expect(isIsoDate('2026-2-3')).toBe(false);
    expect(() => parseDay('tomorrow')).toThrow(expect.objectContaining({ code: 'body.malformed' }));
  });

  it('are those of the calendar, in every month of common and leap years', () => {
    for (const year of ['0000', '1900', '2000', '2023', '2024', '2100']) {
      for (let at = 0; at < 14 * 33; at += 1) {
        const [month, day] = [Math.floor(at / 33), at % 33].map((part) =>
          String(part).padStart(2, '0'),
        );
        const text = `${year}-${month}-${day}`;
        const instant = new Date(`${text}T00:00:00Z`);
        const isReal = Number.isFinite(instant.getTime()) && instant.toISOString().startsWith(text);
        expect([text, isIsoDate(text)]).toEqual([text, isReal]);
      }
    }
  });

  it('are counted in UTC, and ages in completed years', () => {
    expect(daysBetween('2026-02-28', '2026-03-01')).toBe(1);
    expect(daysBetween('2026-11-23', '2026-11-20')).toBe(-3);
    expect(ageOn('2008-11-24', '2026-11-23')).toBe(17);
    expect(ageOn('2008-11-23', '2026-11-23')).toBe(18);
  });
});

it('the model is exported as JSON Schema that allows no other field', () => {
  expect(mlaRequestJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['schemaVersion'],
    additionalProperties: false,
  });
});
