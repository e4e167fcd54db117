import { beforeAll, describe, expect, it } from '@jest/globals';
import { EvidenceCase, flipBits } from '@enlace/testing';
import { concatBytes, crc32, utf8, writeStoredZip } from '@enlace/kernel';

import { EvidenceMalformed } from '../tlog-error.js';
import { formatEventLine, parseEventLine } from './event-line.js';
import { formatErasedRange } from './erased-range.js';
import { readStoredZip } from './stored-zip.js';

const LIMITS = { bytes: 4_096, files: 4, name: /^[a-z]+(\/[a-z]+)?\.txt$/ };
const files = [
  { name: 'b.txt', bytes: utf8('second') },
  { name: 'a/a.txt', bytes: utf8('first') },
];

describe('the container of a bundle', () => {
  it('counts as ZIP does', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
  });

  it('gives back what was put in, in the order of names', () => {
    const { files: found, damaged } = readStoredZip(writeStoredZip(files), LIMITS);
    expect([...found.keys()]).toEqual(['a/a.txt', 'b.txt']);
    expect(found.get('b.txt')).toEqual(utf8('second'));
    expect(damaged).toEqual([]);
  });

  it('notices each single bit that changes, in a header or in a file', () => {
    for (const changed of flipBits(writeStoredZip(files))) {
      const isNoticed = () => {
        if (readStoredZip(changed, LIMITS).damaged.length > 0) throw new EvidenceMalformed('crc');
      };
      expect(isNoticed).toThrow(EvidenceMalformed);
    }
  });

  it.each([
    ['a path upwards', [{ name: '../a.txt', bytes: utf8('x') }]],
    ['an absolute path', [{ name: '/a.txt', bytes: utf8('x') }]],
    ['another name', [{ name: 'a.exe', bytes: utf8('x') }]],
    ['too many files', ['a', 'b', 'c', 'd', 'e'].map((name) => file(`${name}.txt`))],
    ['too many bytes', [{ name: 'a.txt', bytes: new Uint8Array(4_096) }]],
  ])('refuses %s', (_, held) => {
    expect(() => readStoredZip(writeStoredZip(held), LIMITS)).toThrow(EvidenceMalformed);
  });

  it('refuses what other readers of ZIP accept: bytes before, between and after, and no end', () => {
    const zip = writeStoredZip(files);
    for (const changed of [
      concatBytes(utf8('MZ'), zip),
      concatBytes(zip, utf8('#')),
      concatBytes(zip, zip),
      zip.subarray(0, -1),
      zip.subarray(22),
      new Uint8Array(),
    ]) {
      expect(() => readStoredZip(changed, LIMITS)).toThrow(EvidenceMalformed);
    }
  });

  it('writes no name twice', () => {
    expect(() => writeStoredZip([file('a.txt'), file('a.txt')])).toThrow(RangeError);
  });
});

describe('an event on its line', () => {
  let line = '';
  beforeAll(async () => {
    const evidence = await EvidenceCase.begun();
    evidence.record({ type: 'case.listed' });
    const [event] = evidence.events;
    if (event === undefined) throw new RangeError('no event');
    line = formatEventLine(event);
  });

  it('comes back as it was', () => {
    expect(formatEventLine(parseEventLine(line))).toBe(line);
  });

  it.each([
    ['no JSON', () => 'x'],
    ['no object', () => '[]'],
    ['white space', () => ` ${line}`],
    ['another member', () => line.replace('{', '{"a":1,')],
    ['a negative index', () => line.replace('"index":0', '"index":-1')],
    ['another version', () => line.replace('"v":1', '"v":2')],
    [
      'a section of another name',
      () => line.replace('"sections":{"attest"', '"sections":{"other"'),
    ],
    ['an absence that is none', () => line.replace('"absent":{}', '"absent":{"who":"lost"}')],
    [
      'a section both shown and absent',
      () => line.replace('"absent":{}', '"absent":{"who":"erased"}'),
    ],
    ['base64 in another spelling', () => line.replace('"leaf":"', '"leaf":"=')],
    ['a line without end', () => line + ' '.repeat(40_000)],
  ])('is refused with %s', (_, changed) => {
    expect(() => parseEventLine(changed())).toThrow(EvidenceMalformed);
  });

  it('names a range of an erasure in one way', () => {
    const range = { origin: 'audit.example/2027', first: 3, last: 9 };
    expect(formatErasedRange(range)).toBe('audit.example/2027 3-9');
  });
});

function file(name: string) {
  return { name, bytes: utf8('x') };
}
