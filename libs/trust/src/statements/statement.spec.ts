import { beforeAll, describe, expect, it } from '@jest/globals';

import { canonicalJson, isJsonObject, parseStrictJson, type JsonObject } from '@enlace/kernel';
import { everyStatement, forTestsOnlySeed, refusalOf } from '@enlace/testing';

import { signObject } from '../sign-object.js';
import { cosignStatement, signStatement } from './sign-statement.js';
import { parseStatement, subjectOf, type Statement } from './statement.js';

let statements: readonly Statement[];
beforeAll(async () => {
  const region = await everyStatement();
  statements = region.wires.map(parseStatement);
});

const seed = forTestsOnlySeed('anybody');
const bodyOf = (statement: Statement): JsonObject => {
  const value = parseStrictJson(canonicalJson(statement.object.body));
  if (!isJsonObject(value)) throw new TypeError('a body is an object');
  return value;
};
const judged = (type: string, body: JsonObject) =>
  refusalOf(() => parseStatement(signObject(`enlace/trust/v1/${type}`, body, [seed])));

describe('the body of a statement', () => {
  it('has exactly its members: none missing, none added, each of its kind', () => {
    const oneOfEach = new Map(statements.map((statement) => [statement.type, statement]));
    for (const statement of oneOfEach.values()) {
      const body = bodyOf(statement);
      expect(judged(statement.type, body)).toBe('accepted');
      expect(judged(statement.type, { ...body, extra: 1 })).toBe('member-unknown');
      for (const member of Object.keys(body)) {
        const { [member]: removed, ...rest } = body;
        expect(removed).toBeDefined();
        const rule = member === 'type' ? 'type' : `member-${member}`;
        expect(judged(statement.type, rest)).toBe(rule);
        expect(judged(statement.type, { ...rest, [member]: [1] })).toBe(rule);
        expect(judged(statement.type, { ...rest, [member]: '' })).toBe(rule);
      }
    }
  });

  it('is of a type that exists, and no property of an object is one', () => {
    expect(judged('x', { type: 'x' })).toBe('type');
    expect(judged('x', { type: 'toString' })).toBe('type');
    expect(judged('x', { type: 1 })).toBe('type');
  });

  it('is about something of its own, or about the State', () => {
    const subjects = new Map(statements.map(({ type, body }) => [type, subjectOf(body)]));
    expect(subjects.get('state-policy')).toBe('');
    expect(subjects.get('state-removal')).toBe('PA');
    expect(subjects.get('fact-confirmation')).toBe('/countries/US/languages');
    expect([...subjects.values()].filter((subject) => subject === '')).toHaveLength(5);
  });
});

describe('signing a statement', () => {
  it('checks the body first, and lets a second person sign the same', () => {
    const statement = statements.find(({ type }) => type === 'person-cert');
    expect(statement).toBeDefined();
    if (statement === undefined) return;
    const wire = signStatement(statement.body, [seed]);
    const both = parseStatement(cosignStatement(wire, forTestsOnlySeed('other')));
    expect(both.id).toBe(statement.id);
    expect(both.object.signatures).toHaveLength(2);
    const bad = { ...statement.body, serial: 0 };
    expect(refusalOf(() => signStatement(bad, [seed]))).toBe('member-serial');
  });
});
