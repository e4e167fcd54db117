import { describe, expect, it } from '@jest/globals';
import type { ShownEntry } from '@enlace/client';
import { parseId, type DeviceId, type JsonObject, type PersonId } from '@enlace/kernel';

import { Talk } from './talk.js';

const ANA = parseId<PersonId>('0195f7a0-0000-4000-8000-000000000001');
const LUIS = parseId<PersonId>('0195f7a0-0000-4000-8000-000000000002');
const DEVICE = parseId<DeviceId>('0195f7a0-0000-7000-8000-000000000003');
const DEADLINE = '2026-12-04T17:00:00.000Z';
const ACK = '0195f7a0-0000-7000-8000-000000000004';

/** A log of these contents, one a minute. */
function logOf(...said: readonly (readonly [PersonId, JsonObject])[]): Talk {
  const entries = said.map(([person, content], at): ShownEntry => {
    const time = new Date(Date.UTC(2026, 11, 4, 16, 58 + at)).toISOString();
    return {
      seq: at + 1,
      kind: 'message',
      sender: { person, state: 'CR', device: DEVICE },
      sentAt: time,
      acceptedAt: time,
      handling: 'EN1',
      content,
    };
  });
  return new Talk({ entries });
}

const text = { type: 'text', text: 'Va el acta.' };

describe('what entries say of each other', () => {
  it('has every version that the author of an entry wrote, in the order of the log', () => {
    const talk = logOf(
      [ANA, text],
      [ANA, { type: 'edit', target: 1, version: 2, text: 'dos' }],
      [ANA, { type: 'edit', target: 1, version: 2, text: 'otra dos, de otro dispositivo' }],
    );
    expect(talk.of(1).edits.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(talk.of(2).edits).toEqual([]);
  });

  it('lets nobody edit or withdraw what somebody else wrote', () => {
    const talk = logOf(
      [ANA, text],
      [LUIS, { type: 'edit', target: 1, version: 2, text: 'falso' }],
      [LUIS, { type: 'withdraw', target: 1, reason: 'falso' }],
    );
    expect(talk.of(1)).toMatchObject({ edits: [], withdrawal: null });
  });

  it('takes nothing that stands before what it is about', () => {
    const talk = logOf([ANA, { type: 'withdraw', target: 2, reason: 'antes' }], [ANA, text]);
    expect(talk.of(2).withdrawal).toBeNull();
  });

  it('keeps the last mark of a kind of each person', () => {
    const talk = logOf(
      [ANA, text],
      [LUIS, { type: 'mark', target: 1, mark: 'objection', note: 'Falta la placa.' }],
      [LUIS, { type: 'mark', target: 1, mark: 'objection', note: 'Falta la fecha.' }],
      [LUIS, { type: 'mark', target: 1, mark: 'agreed' }],
    );
    expect(talk.of(1).marks.map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it('counts an acknowledgement of whoever was asked, once, and of nobody else', () => {
    const ask = { type: 'ack.request', ackId: ACK, targets: [1], from: [LUIS], deadline: DEADLINE };
    const given = { type: 'ack.given', ackId: ACK, at: DEADLINE };
    const talk = logOf([ANA, text], [ANA, ask], [ANA, given], [LUIS, given], [LUIS, given]);
    const [asked] = talk.of(1).asks;
    expect(asked?.answers).toEqual([
      { personId: LUIS, given: expect.objectContaining({ seq: 4, by: LUIS }) },
    ]);
    expect(talk.askBehind(ACK)).toBe(2);
    expect(talk.askBehind('0195f7a0-0000-7000-8000-000000000009')).toBeNull();
  });

  it('shows an acknowledgement as pending until it is given', () => {
    const ask = { type: 'ack.request', ackId: ACK, targets: [1], from: [LUIS], deadline: DEADLINE };
    const talk = logOf([ANA, text], [ANA, ask]);
    expect(talk.of(1).asks[0]?.answers).toEqual([{ personId: LUIS, given: null }]);
  });

  it('has the questions that somebody has not answered, and not those that were taken back', () => {
    const ask = { type: 'ack.request', ackId: ACK, targets: [1], from: [LUIS], deadline: DEADLINE };
    const other = { ...ask, ackId: '0195f7a0-0000-7000-8000-000000000005' };
    const given = { type: 'ack.given', ackId: ACK, at: DEADLINE };
    const placesFor = (talk: Talk, person: PersonId) =>
      talk.openAsksOf(person).map(({ seq }) => seq);
    const asked = logOf([ANA, text], [ANA, ask], [ANA, other], [ANA, given]);
    expect(placesFor(asked, LUIS)).toEqual([2, 3]);
    expect(placesFor(asked, ANA)).toEqual([]);
    const answered = logOf([ANA, text], [ANA, ask], [ANA, other], [LUIS, given]);
    expect(placesFor(answered, LUIS)).toEqual([3]);
    const takenBack = { type: 'withdraw', target: 2, reason: 'Ya lo dijo.' };
    expect(placesFor(logOf([ANA, text], [ANA, ask], [ANA, takenBack]), LUIS)).toEqual([]);
    expect(placesFor(logOf([ANA, text], [ANA, ask], [LUIS, takenBack]), LUIS)).toEqual([2]);
  });

  it('tells whoever asked who has not answered, and of nothing that others asked', () => {
    const ask = { type: 'ack.request', ackId: ACK, targets: [1], deadline: DEADLINE };
    const ofBoth = { ...ask, from: [LUIS, ANA] };
    const given = { type: 'ack.given', ackId: ACK, at: DEADLINE };
    const missingFor = (talk: Talk) => talk.asksOpenFor(ANA).map(({ missing }) => missing);
    expect(missingFor(logOf([ANA, text], [ANA, ofBoth]))).toEqual([[LUIS, ANA]]);
    expect(missingFor(logOf([ANA, text], [ANA, ofBoth], [LUIS, given]))).toEqual([[ANA]]);
    expect(missingFor(logOf([ANA, text], [ANA, ofBoth], [LUIS, given], [ANA, given]))).toEqual([]);
    expect(missingFor(logOf([ANA, text], [LUIS, ofBoth]))).toEqual([]);
    const takenBack = { type: 'withdraw', target: 2, reason: 'Ya lo dijo.' };
    expect(missingFor(logOf([ANA, text], [ANA, ofBoth], [ANA, takenBack]))).toEqual([]);
  });

  it('knows what took a content away', () => {
    const statement = { targets: [1], reason: 'steward' };
    const talk = logOf([ANA, text], [LUIS, { type: 'redacted', statement }]);
    expect(talk.of(1).redaction?.seq).toBe(2);
    expect(talk.of(2).redaction).toBeNull();
  });
});
