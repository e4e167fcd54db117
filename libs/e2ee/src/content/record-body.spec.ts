import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseId, toHex } from '@enlace/kernel';

import {
  encodeRecordSnapshot,
  encodeRecordUpdate,
  readRecordSnapshot,
  readRecordUpdate,
  type RecordId,
} from './record-body.js';

const recordId = parseId<RecordId>('01900000-0000-7000-8000-0000000000c1');
const place = fc.record({
  form: fc.constantFrom('inline' as const, 'attachment' as const),
  recordId: fc.constant(recordId),
  schemaVersion: fc.nat(),
});
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const code = (name: string) => expect.objectContaining({ code: name });

describe('the bodies of records', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(place, fc.nat(), bytes, (at, baseSeq, update) => {
        const record = { ...at, baseSeq, update };
        expect(readRecordUpdate(encodeRecordUpdate(record))).toEqual(record);
        const projectionHash = new Uint8Array(32).fill(9);
        const snapshot = { ...at, coversSeq: baseSeq, projectionHash, state: update };
        expect(readRecordSnapshot(encodeRecordSnapshot(snapshot))).toEqual(snapshot);
      }),
    );
  });

  it('have 29 and 61 fixed bytes', () => {
    const update = Uint8Array.of(1, 2);
    const body = encodeRecordUpdate({
      form: 'inline',
      recordId,
      schemaVersion: 1,
      baseSeq: 4,
      update,
    });
    expect(toHex(body)).toBe(`00${recordId.replaceAll('-', '')}0000000100000000000000040102`);
    expect(body.length - update.length).toBe(29);
  });

  it('are refused cut, and of a form that a later build may know', () => {
    const record = { form: 'inline', recordId, schemaVersion: 1, baseSeq: 4 } as const;
    const body = encodeRecordUpdate({ ...record, update: Uint8Array.of(1) });
    for (let length = 0; length < body.length; length += 1) {
      const cut = body.subarray(0, length);
      expect(() => readRecordUpdate(cut)).toThrow(code('content.malformed'));
      expect(() => readRecordSnapshot(cut)).toThrow(code('content.malformed'));
    }
    const later = Uint8Array.from(body);
    later[0] = 2;
    expect(() => readRecordUpdate(later)).toThrow(code('content.newer'));
    const { baseSeq: coversSeq, ...at } = record;
    const short = { ...at, coversSeq, projectionHash: new Uint8Array(31), state: body };
    expect(() => encodeRecordSnapshot(short)).toThrow(RangeError);
  });
});
