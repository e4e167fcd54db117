import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@enlace/kernel';

import { formatLogCopy, parseLogCopy } from './log-copy.js';

const entries = [
  { acceptedAtMs: 1_700_000_000_000, wire: '{"body":"e30"}' },
  { acceptedAtMs: 0, wire: 'línea\n"dos"' },
];

describe('a copy of the statements log', () => {
  it.each([null, 'directory.example\n2\nroot\n\n— x y\n'])(
    'is read as it was written, under the checkpoint %j',
    (checkpoint) => {
      const copy = { checkpoint, entries };
      expect(parseLogCopy(formatLogCopy(copy))).toEqual(copy);
    },
  );

  it('is a line for each statement, and one for the checkpoint', () => {
    expect(formatLogCopy({ checkpoint: 'c', entries }).split('\n')).toHaveLength(4);
    expect(parseLogCopy('')).toEqual({ checkpoint: null, entries: [] });
  });

  it.each([
    'not json',
    '[]',
    'null',
    '{"wire":"w"}',
    '{"acceptedAtMs":-1,"wire":"w"}',
    '{"acceptedAtMs":1.5,"wire":"w"}',
    '{"acceptedAtMs":"1","wire":"w"}',
    '{"acceptedAtMs":1,"wire":7}',
    '{"acceptedAtMs":1,"acceptedAtMs":1,"wire":"w"}',
    // The checkpoint stands in front of all statements.
    '{"acceptedAtMs":1,"wire":"w"}\n{"checkpoint":"c"}',
    '{"checkpoint":7}',
  ])('is refused as a whole when it holds %j', (line) => {
    expect(() => parseLogCopy(`${formatLogCopy({ checkpoint: 'c', entries })}${line}`)).toThrow(
      DomainError,
    );
  });
});
