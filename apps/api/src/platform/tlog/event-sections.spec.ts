import type { AuditEvent } from '@enlace/contracts';
import { parseId, type PersonId } from '@enlace/kernel';
import { describe, expect, it } from '@jest/globals';

import { EventMalformed } from './audit.errors.js';
import { encodeSystemSections } from './event-sections.js';
import { formatRanges } from './ranges.js';

const ID = '018f3c1e-0000-7000-8000-000000000001';
const EVENT: AuditEvent<'person.role-changed'> = {
  type: 'person.role-changed',
  outcome: 'success',
  object: { type: 'person', id: ID, ownerState: 'CR' },
  states: ['CR', 'PA'],
  fields: { before: ['prosecutor'], after: ['liaison', 'prosecutor'] },
};

const encode = (event: object) =>
  encodeSystemSections({ ...EVENT, ...event }, { node: ID, correlationId: ID });

describe('the sections of an event', () => {
  it('are RFC 8785 text with the common members and those of the type', () => {
    const { what, who, where, why, attest } = encode({});
    expect(Buffer.from(what).toString()).toBe(
      `{"after":["liaison","prosecutor"],"before":["prosecutor"],"correlationId":"${ID}","node":"${ID}",` +
        `"objectId":"${ID}","objectType":"person","observedBy":"server","outcome":"success","ownerState":"CR",` +
        '"states":["CR","PA"],"type":"person.role-changed","v":1}',
    );
    expect([who, where, why, attest].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      `{"actor":"system","node":"${ID}"}`,
      '{}',
      '{}',
      '{}',
    ]);
  });

  it('keep what the event says of its reasons', () => {
    const approvals = [parseId<PersonId>(ID)];
    const { why } = encode({ why: { approvals, reasonText: 'Traslado' } });
    expect(Buffer.from(why).toString()).toBe(`{"approvals":["${ID}"],"reasonText":"Traslado"}`);
  });

  it.each([
    ['a field that the type does not have', { fields: { name: 'x' } }],
    ['a field that tries to pass for a common one', { fields: { outcome: 'denied' } }],
    ['a field of another kind', { fields: { before: 'prosecutor' } }],
    ['a list of other values', { fields: { before: [1] } }],
    ['an id that is none', { fields: { approvals: [ID.toUpperCase()] } }],
    ['a digest that is none', { fields: { statementHash: 'not a hash' } }],
    ['a field that is missing', { type: 'person.consulted', fields: { subjectId: ID } }],
    ['a float', { type: 'person.listed', fields: { count: 1.5 } }],
    ['a number beyond 2^53', { type: 'person.listed', fields: { count: 2 ** 53 } }],
    ['a time of another form', { type: 'breakglass.invoked', fields: { effectiveAfter: '2027' } }],
    ['States out of order', { states: ['PA', 'CR'] }],
    ['a State twice', { states: ['CR', 'CR'] }],
    ['a string not in NFC', { object: { type: 'person', id: 'e\u0301' } }],
    ['a lone surrogate', { object: { type: 'person', id: '\ud800' } }],
    ['U+0000', { object: { type: 'person', id: 'a\0' } }],
    ['a section above its limit', { object: { type: 'person', id: 'a'.repeat(4_096) } }],
    ['a reason above its limit', { why: { reasonText: 'a'.repeat(501) } }],
    ['an object inside a section', { why: { legalBasis: { article: 1 } } }],
  ])('refuse %s', (_, change) => {
    expect(() => encode(change)).toThrow(EventMalformed);
  });
});

describe('ranges', () => {
  it.each([
    [[], []],
    [[3], ['3']],
    [
      [3, 1, 2, 2, 9, 11, 10],
      ['1-3', '9-11'],
    ],
    [
      [5, 7],
      ['5', '7'],
    ],
  ])('of %j are %j', (numbers, ranges) => {
    expect(formatRanges(numbers)).toEqual(ranges);
  });
});
