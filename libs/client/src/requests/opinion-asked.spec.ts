import { describe, expect, it } from '@jest/globals';

import { askingBody, NOTHING_ASKED, readAsking, type OpinionAsked } from './opinion-asked.js';

const ASKED: OpinionAsked = {
  questions: [3, 8, 12],
  neededBy: { at: '2027-03-01T23:00:00.000Z', zone: 'America/Costa_Rica' },
};

describe('what is asked with a request that is shared', () => {
  it('comes back as it was said, and says nothing where nothing was', () => {
    expect(readAsking(askingBody('r', ASKED))).toEqual(ASKED);
    expect(readAsking(askingBody('r', { ...ASKED, questions: [12, 3, 8] }))).toEqual(ASKED);
    expect(askingBody('r', NOTHING_ASKED)).toBe('{"requestId":"r"}');
    expect(readAsking('{"requestId":"r"}')).toEqual(NOTHING_ASKED);
  });

  it.each<OpinionAsked>([
    { ...ASKED, questions: [0] },
    { ...ASKED, questions: [16] },
    { ...ASKED, questions: [3, 3] },
    { ...ASKED, neededBy: { at: '2027-03-01', zone: 'America/Costa_Rica' } },
    { ...ASKED, neededBy: { at: '2027-03-01T23:00:00.000Z', zone: 'there <b>' } },
  ])('is not sent in another form: %j', (asked) => {
    expect(() => askingBody('r', asked)).toThrow(
      expect.objectContaining({ code: 'request.asking' }),
    );
  });

  it.each([
    null,
    '"text"',
    '{"questions":"3"}',
    '{"questions":[0,99,"8",null]}',
    '{"neededBy":"2027-03-01T23:00:00.000Z"}',
    '{"neededBy":"soon","zone":"America/Panama"}',
  ])('asks nothing where a member wrote what it is not: %s', (body) => {
    expect(readAsking(body)).toEqual(NOTHING_ASKED);
  });
});
