import { beforeAll, describe, expect, it } from '@jest/globals';

import { decodeEntry, ENTRY_HEADER_BYTES, ENTRY_KINDS, type Entry } from '@enlace/contracts';
import { cryptoReady, encodeContent, openEntry, sealEntry } from '@enlace/e2ee';
import {
  concatBytes,
  idBytes,
  isDomainError,
  systemRandom,
  u64be,
  utf8,
  type EntryId,
} from '@enlace/kernel';
import { ThreadLab, type LabClient } from '@enlace/testing';
import { sodium } from '@enlace/trust';

const PRIME = 2n ** 130n - 5n;
const BLOCK = 2n ** 128n;

beforeAll(cryptoReady);

const mod = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;
const numberOf = (block: Uint8Array): bigint =>
  block.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

/** The key schedule of an entry, written down once more from the specification (protocol.md, section 5.1). */
function aeadKeyOf(epochKey: Uint8Array, { header }: Entry): Uint8Array {
  const keyed = (key: Uint8Array, label: string, ...parts: readonly Uint8Array[]) =>
    sodium.crypto_generichash(32, concatBytes(utf8(`enlace/${label}/v1\0`), ...parts), key);
  const sender = keyed(epochKey, 'sender', idBytes(header.deviceId));
  const message = keyed(
    sender,
    'message',
    Uint8Array.of(ENTRY_KINDS[header.kind]),
    idBytes(header.entryId),
    u64be(header.deviceSeq),
    header.nonce,
  );
  return keyed(message, 'aead');
}

/** The one-time key of Poly1305 for an entry under a key (RFC 8439, section 2.6; XChaCha20 as the draft has it). */
function oneTimeKey(key: Uint8Array, nonce: Uint8Array) {
  const subkey = sodium.crypto_core_hchacha20(nonce.subarray(0, 16), key, null);
  const inner = concatBytes(new Uint8Array(4), nonce.subarray(16));
  const stream = sodium.crypto_stream_chacha20_ietf_xor_ic(new Uint8Array(32), inner, 0, subkey);
  const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  return { r: numberOf(stream.subarray(0, 16)) & clamp, s: numberOf(stream.subarray(16)) };
}

/**
 * A body that the cipher takes for authentic under two keys: one block of it solves the equation of both tags (Grubbs,
 * Lu and Ristenpart: Message Franking via Committing Authenticated Encryption). `null` where the block has no 128 bits.
 */
function bodyForTwo(
  keys: readonly [Uint8Array, Uint8Array],
  { bound, nonce, length }: { bound: Uint8Array; nonce: Uint8Array; length: number },
): Uint8Array | null {
  const [one, other] = [oneTimeKey(keys[0], nonce), oneTimeKey(keys[1], nonce)];
  const cipher = systemRandom.bytes(length);
  cipher.fill(0, 0, 16);
  const lengths = new DataView(new ArrayBuffer(16));
  lengths.setBigUint64(0, BigInt(bound.length), true);
  lengths.setBigUint64(8, BigInt(length), true);
  const bytes = () => concatBytes(bound, cipher, new Uint8Array(lengths.buffer));
  const sumOf = ({ r }: typeof one): bigint => {
    const all = bytes();
    let sum = 0n;
    for (let at = 0; at < all.length; at += 16) {
      sum = mod((sum + numberOf(all.subarray(at, at + 16)) + BLOCK) * r);
    }
    return sum;
  };
  const weight = BigInt(length / 16 + 1);
  const factor = mod(power(one.r, weight) - power(other.r, weight));
  const target = mod(sumOf(other) + other.s - sumOf(one) - one.s);
  const block = mod(target * power(factor, PRIME - 2n));
  if (block >= BLOCK) return null;
  cipher.set(bytesOf(block), 0);
  const tag = (sumOf(one) + one.s) % BLOCK;
  return tag === (sumOf(other) + other.s) % BLOCK ? concatBytes(cipher, bytesOf(tag)) : null;
}

const opens = ({ body, header, ...entry }: Entry, key: Uint8Array): boolean => {
  const bound = boundOf({ body, header, ...entry });
  try {
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, body, bound, header.nonce, key);
    return true;
  } catch {
    return false;
  }
};

/** The newest entry of the log. */
function lastEntryOf(lab: ThreadLab): Entry {
  const bytes = lab.log.at(-1)?.entry;
  if (!(bytes instanceof Uint8Array)) throw new Error('no entry');
  return decodeEntry(bytes);
}

describe('T21: one ciphertext that opens under two keys', () => {
  let lab: ThreadLab;
  let rosa: LabClient;

  /** An entry whose body opens under its own epoch key and under another one, with the commitment of the first. */
  async function forTwoKeys() {
    ({ lab, rosa } = await ThreadLab.ofTwo('two keys'));
    lab.say(rosa, 'uno');
    const entry = lastEntryOf(lab);
    const [own] = [...rosa.view.epochs.values()].slice(-1);
    const epochKey = own?.epochKey ?? null;
    if (epochKey === null) throw new Error('no key');
    const { nonce } = entry.header;
    const bound = boundOf(entry);
    const length = entry.body.length - 16;
    for (let tries = 0; tries < 200; tries += 1) {
      const second = systemRandom.bytes(32);
      const keys = [aeadKeyOf(epochKey, entry), aeadKeyOf(second, entry)] as const;
      const body = bodyForTwo(keys, { bound, nonce, length });
      if (body !== null) return { entry: { ...entry, body }, epochKey, second, keys };
    }
    throw new Error('no such body was found');
  }

  it('is a thing that the cipher alone allows', async () => {
    const { entry, keys } = await forTwoKeys();
    expect(keys.map((key) => opens(entry, key))).toEqual([true, true]);
    expect(opens(entry, systemRandom.bytes(32))).toBe(false);
  });

  it('is refused under the second before anything is decrypted, by the commitment', async () => {
    const { entry, epochKey, second } = await forTwoKeys();
    expect(ruleOf(() => openEntry(entry, second))).toBe('commitment');
    // Under the first it is noise: what the author committed to, and no text.
    expect(ruleOf(() => openEntry(entry, epochKey))).not.toBe('commitment');
  });

  it('is refused to each reader whose key the commitment is not of, whichever the author chose', async () => {
    const { entry, epochKey, second } = await forTwoKeys();
    const signKey = sodium.crypto_sign_seed_keypair(rosa.device.signSeed).privateKey;
    const content = encodeContent('message', lab.text('dos'));
    const place = { ...entry.header, kind: 'message' as const, entryId: lab.id<EntryId>() };
    for (const [mine, others] of [
      [epochKey, second],
      [second, epochKey],
    ] as const) {
      const made = sealEntry(content, place, { epochKey: mine, signKey, random: systemRandom });
      expect(ruleOf(() => openEntry(made, others))).toBe('commitment');
      expect(() => openEntry(made, mine)).not.toThrow();
    }
  });
});

/** What the cipher binds: the header as it stands. */
function boundOf(entry: Entry): Uint8Array {
  return entry.headerBytes.subarray(0, ENTRY_HEADER_BYTES);
}

function ruleOf(act: () => unknown): string {
  try {
    act();
    return 'opened';
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return String(error.facts['rule'] ?? error.code);
  }
}
