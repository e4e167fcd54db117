import { describe, expect, it } from '@jest/globals';

import { eventObject, eventsText, tableText, type JudgedEvent } from './event-table.js';

const judged: JudgedEvent = {
  standing: 'proven',
  event: {
    eventId: '01900000-0000-7000-8000-000000000001',
    occurredAtMs: Date.UTC(2027, 0, 4, 10),
    leaf: new Uint8Array(58),
    place: { origin: 'audit.enlace.example/2027', index: 7 },
    sections: {
      what: { type: 'case.consulted', outcome: 'success', actorState: 'PA', actorAlias: 'abc' },
      why: { purpose: 'audit' },
    },
    absent: { who: 'withheld', where: 'withheld', attest: 'withheld' },
  },
};

describe('a table of events', () => {
  it('names what is shown, and the alias where the person is not', () => {
    const [head, line] = eventsText([judged], 'es').split('\n');
    expect(head).toMatch(/^índice +momento +tipo +resultado +Estado +persona +propósito +prueba$/);
    expect(line).toMatch(
      /^7 +2027-01-04T10:00:00.000Z +case.consulted +success +PA +abc +audit +probado$/,
    );
  });

  it('keeps columns in line, shortens what is long, and lets nothing steer a terminal', () => {
    const text = tableText(
      ['a', 'b'],
      [
        ['x'.repeat(60), 1],
        [null, 'y\u001b[2J'],
      ],
    );
    const [head, long, other] = text.split('\n');
    expect(head?.indexOf('b')).toBe(long?.indexOf('1'));
    expect(long).toContain('…');
    expect(text).not.toContain('\u001b');
    expect(other?.startsWith('-')).toBe(true);
  });

  it('is one object an event for programs, with the reason of what is absent', () => {
    expect(eventObject(judged)).toMatchObject({
      event: 'event',
      standing: 'proven',
      place: { index: 7 },
      absent: { who: 'withheld' },
    });
  });
});
