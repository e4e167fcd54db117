import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  concatBytes,
  idBytes,
  parseHex,
  parseId,
  u32be,
  u64be,
  type DeviceId,
  type ThreadId,
} from '@enlace/kernel';

import { EntryMalformed } from '../entry-malformed.js';
import { decodeGrantRecipients, type GrantRecipients } from './grant-blob.js';

const threadId = parseId<ThreadId>('01900000-0000-7000-8000-000000000001');
const device = (digit: string): DeviceId => parseId(`01900000-0000-7000-8000-0000000000d${digit}`);

const vectors: {
  readonly accepted: readonly { readonly says: GrantRecipients; readonly hex: string }[];
  /** One of the accepted with other bytes at an offset. */
  readonly refused: readonly {
    readonly why: string;
    readonly of: number;
    readonly at: number;
    readonly hex: string;
  }[];
} = JSON.parse(readFileSync(new URL('../../../vectors/grant.json', import.meta.url), 'utf8'));

interface Said {
  version?: number;
  cause?: number;
  from?: number;
  to?: number;
  keyBytes?: number;
  count?: number;
  devices?: readonly DeviceId[];
}

/** The bytes of the page, written apart from the decoder. */
function blob(said: Said = {}): Uint8Array {
  const { from = 3, to = 4, devices = [device('1'), device('2')] } = said;
  const count = said.count ?? devices.length;
  const keys = new Uint8Array(said.keyBytes ?? (to - from + 1) * 32 + 16);
  return concatBytes(
    Uint8Array.of(said.version ?? 1, said.cause ?? 1, count >> 8, count & 255),
    new Uint8Array(16).fill(7),
    idBytes(threadId),
    u32be(0),
    u64be(from),
    u64be(to),
    new Uint8Array(24),
    u32be(keys.length),
    keys,
    ...devices.map((id) => concatBytes(idBytes(id), new Uint8Array(32 + 1_120 + 48))),
  );
}

describe('a grant blob', () => {
  it.each(vectors.accepted)('of cause $says.cause is frozen', ({ says, hex }) => {
    expect(decodeGrantRecipients(parseHex(hex))).toEqual(says);
  });

  it.each(vectors.refused)('is refused: $why', ({ of, at, hex }) => {
    const bytes = Uint8Array.from(parseHex(vectors.accepted[of]?.hex ?? ''));
    bytes.set(parseHex(hex), at);
    expect(() => decodeGrantRecipients(bytes)).toThrow(EntryMalformed);
  });

  it('says which epochs go to which devices, and has 56 and 1,216 bytes of fixed parts', () => {
    expect(blob().length).toBe(56 + 24 + 4 + 80 + 2 * 1_216);
    expect(decodeGrantRecipients(blob())).toEqual({
      cause: 'invite',
      threadId,
      incarnation: 0,
      fromEpoch: 3,
      toEpoch: 4,
      deviceIds: [device('1'), device('2')],
    });
    expect(decodeGrantRecipients(blob({ cause: 2 })).cause).toBe('access');
    expect(decodeGrantRecipients(blob({ cause: 3 })).cause).toBe('history');
  });

  it.each<[string, Uint8Array]>([
    ['of another version', blob({ version: 2 })],
    ['of no known cause', blob({ cause: 4 })],
    ['to nobody', blob({ devices: [] })],
    ['to 65 devices', blob({ count: 65 })],
    ['to fewer than it says', blob({ count: 3 })],
    ['to a device twice', blob({ devices: [device('1'), device('1')] })],
    ['out of order', blob({ devices: [device('2'), device('1')] })],
    ['of a range that ends before it begins', blob({ from: 5, to: 4, keyBytes: 16 })],
    ['of keys of another length', blob({ keyBytes: 48 })],
    ['of more epochs than 4,096', blob({ from: 0, to: 4_096 })],
    ['with a byte more', concatBytes(blob(), Uint8Array.of(0))],
    ['cut', blob().subarray(0, -1)],
    ['empty', new Uint8Array()],
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeGrantRecipients(bytes)).toThrow(EntryMalformed);
  });
});
