import { describe, expect, it } from '@jest/globals';
import { systemRandom, utf8 } from '@enlace/kernel';

import { decodeHead, decodeKeys, encodeHead, withKeys } from './kept-keys.js';

const keyOf = (epoch: number, incarnation = 0) => ({
  incarnation,
  epoch,
  epochKey: systemRandom.bytes(32),
});

describe('keys of epochs in a vault', () => {
  it('grow, each once, in the order of the epochs', () => {
    const [one, two, again] = [keyOf(1), keyOf(2), keyOf(0, 1)];
    const before = withKeys(null, [two, again]);
    expect(decodeKeys(withKeys(before, [one, two]))).toEqual([one, two, again]);
  });

  it('of two logs stay beside each other: which one is right is said by the log', () => {
    const [one, other] = [keyOf(3), keyOf(3)];
    const both = decodeKeys(withKeys(withKeys(null, [one]), [other]));
    expect(both).toHaveLength(2);
    expect(both).toEqual(expect.arrayContaining([one, other]));
  });

  it.each([
    '',
    '[]',
    '{"v":2,"keys":[]}',
    '{"v":1}',
    '{"v":1,"keys":[{"epoch":-1,"epochKey":"","incarnation":0}]}',
    '{"v":1,"keys":[{"epoch":1,"epochKey":"AAAA","incarnation":0}]}',
    '{"v":1,"keys":[{"epoch":1,"incarnation":0}]}',
  ])('are refused in another form: %j', (text) => {
    expect(() => decodeKeys(utf8(text))).toThrow(
      expect.objectContaining({ code: 'vault.incomplete' }),
    );
  });
});

describe('how far a thread was read', () => {
  const head = {
    seq: 7,
    startSeq: 2,
    chain: systemRandom.bytes(32),
    halfHash: systemRandom.bytes(32),
  };

  it('comes back as it was', () => {
    expect(decodeHead(encodeHead(head))).toEqual(head);
  });

  it.each(['{}', '{"v":1,"seq":1}', '{"v":1,"seq":1,"chain":"AAAA","halfHash":"AAAA"}'])(
    'is refused in another form: %s',
    (text) => {
      expect(() => decodeHead(utf8(text))).toThrow(
        expect.objectContaining({ code: 'vault.incomplete' }),
      );
    },
  );
});
