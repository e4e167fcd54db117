import { describe, expect, it } from '@jest/globals';
import { concatBytes, u32be, utf8 } from '@enlace/kernel';

import { decodeClearBody, encodeClearBody, type ClearBody } from './clear-body.js';
import type { ClearKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';
import { THREAD_LIMITS } from './thread-limits.js';

const hash = new Uint8Array(32).fill(9);
const statement = '{"v":1}';
const commit: ClearBody = { statement, message: Uint8Array.of(1, 2, 3), packageHash: hash };

const WHOLE: readonly [ClearKind, ClearBody][] = [
  ['genesis', { statement, packageHash: hash }],
  ['genesis', { statement, grantHash: hash, packageHash: hash }],
  ['commit', commit],
  ['commit', { ...commit, grantHash: hash }],
  ['commit', { statement, packageHash: hash, messageHash: hash }],
  ['leave', { statement }],
  ['access-request', { statement }],
  ['grant', { statement, grantHash: hash }],
  ['redaction', { statement }],
  ['lifecycle', { statement }],
];

const BROKEN: readonly [string, ClearKind, ClearBody][] = [
  ['a genesis without a package', 'genesis', { statement }],
  ['a commit without a message', 'commit', { statement, packageHash: hash }],
  ['a commit with two messages', 'commit', { ...commit, messageHash: hash }],
  ['a commit with an empty message', 'commit', { ...commit, message: new Uint8Array() }],
  ['a leave with a message', 'leave', { statement, message: Uint8Array.of(1) }],
  ['a grant without its hash', 'grant', { statement }],
  ['a hash of another length', 'grant', { statement, grantHash: hash.subarray(1) }],
  [
    'a message beyond the limit',
    'commit',
    { ...commit, message: new Uint8Array(THREAD_LIMITS.inlineMessage + 1) },
  ],
];

const part = (tag: number, bytes: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(tag), u32be(bytes.length), bytes);

describe('the body of a clear kind', () => {
  it.each(WHOLE)('%s holds %j', (kind, body) => {
    expect(decodeClearBody(kind, encodeClearBody(kind, body))).toEqual(body);
  });

  it.each(BROKEN)('refuses %s', (_, kind, body) => {
    expect(() => encodeClearBody(kind, body)).toThrow(EntryMalformed);
  });

  it.each([
    ['parts out of order', concatBytes(part(3, hash), part(1, utf8(statement)))],
    [
      'a part twice',
      concatBytes(part(1, utf8(statement)), part(1, utf8(statement)), part(3, hash)),
    ],
    ['an unknown part', concatBytes(part(1, utf8(statement)), part(3, hash), part(6, hash))],
    ['a part that ends too early', part(1, utf8(statement)).subarray(0, -1)],
    ['text that is none', concatBytes(part(1, Uint8Array.of(0xff)), part(3, hash))],
    ['a length beyond everything', concatBytes(Uint8Array.of(1), u32be(0xffffffff))],
    ['nothing', new Uint8Array()],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeClearBody('grant', bytes)).toThrow(EntryMalformed);
  });
});
