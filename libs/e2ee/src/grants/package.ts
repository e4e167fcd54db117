import {
  encodeThreadState,
  parseThreadState,
  THREAD_LIMITS,
  type ThreadState,
} from '@enlace/contracts';
import {
  ByteReader,
  concatBytes,
  equalBytes,
  idBytes,
  MalformedInput,
  parseUtf8,
  sha256,
  u32be,
  u64be,
  utf8,
  type Random,
} from '@enlace/kernel';

import type { EpochPlace } from '../envelope/epoch-keys.js';
import { keyedHash, label, sodium } from '../sodium.js';
import { PackageRefused } from './grant-error.js';
import { openBox, sealBox } from './sealed-box.js';

const NONCE_BYTES = 24;
const HEAD_BYTES = 8 + NONCE_BYTES;
const TAG_BYTES = 16;

/** What an epoch begins with, for whoever joins in it. */
export interface EpochPackage {
  /** An `MLSMessage` of kind GroupInfo, with the tree and the key to join by. */
  readonly groupInfo: Uint8Array;
  readonly state: ThreadState;
}

/**
 * Seals the package of an epoch under its key (protocol.md, section 4.3): `u64 epoch || nonce 24 || ciphertext`.
 * Members and whoever was granted the key open it; the server can neither join by it nor read the tree.
 */
export function sealPackage(
  { groupInfo, state }: EpochPackage,
  epochKey: Uint8Array,
  random: Random,
): Uint8Array<ArrayBuffer> {
  const text = utf8(encodeThreadState(state));
  const content = concatBytes(u32be(groupInfo.length), groupInfo, u32be(text.length), text);
  const nonce = random.bytes(NONCE_BYTES);
  const key = keyOf(epochKey);
  const box = sealBox(content, { key, nonce, bound: boundTo(state) });
  sodium.memzero(key);
  const blob = concatBytes(u64be(state.epoch), nonce, box);
  if (blob.length > THREAD_LIMITS.blob) throw new RangeError('a package larger than a blob');
  return blob;
}

/** What a reader of a package knows of it: its epoch, and the hash that the signed entry states. */
export interface ExpectedPackage extends EpochPlace {
  readonly packageHash: Uint8Array;
}

/**
 * What is in a package, which is the one that the log names. Whether the state is the stated one and the tree is of its
 * members, `joinExternal` and the anchoring of a reader judge. Throws `package.refused`.
 */
// Attacker-controlled: by the server, and by every member of the epoch.
export function openPackage(
  blob: Uint8Array,
  epochKey: Uint8Array,
  expected: ExpectedPackage,
): EpochPackage {
  if (!equalBytes(sha256(blob), expected.packageHash)) throw new PackageRefused('hash');
  if (blob.length < HEAD_BYTES + TAG_BYTES) throw new PackageRefused('form');
  if (!equalBytes(blob.subarray(0, 8), u64be(expected.epoch))) throw new PackageRefused('scope');
  const nonce = blob.subarray(8, HEAD_BYTES);
  const content = openContent(blob.subarray(HEAD_BYTES), { epochKey, nonce, expected });
  const opened = readContent(content);
  const { threadId, incarnation, epoch } = opened.state;
  const isOfPlace =
    threadId === expected.threadId &&
    incarnation === expected.incarnation &&
    epoch === expected.epoch;
  if (!isOfPlace) throw new PackageRefused('scope');
  return opened;
}

function openContent(
  box: Uint8Array,
  {
    epochKey,
    nonce,
    expected,
  }: {
    readonly epochKey: Uint8Array;
    readonly nonce: Uint8Array;
    readonly expected: ExpectedPackage;
  },
): Uint8Array {
  const key = keyOf(epochKey);
  try {
    return openBox(box, { key, nonce, bound: boundTo(expected) });
  } catch (cause) {
    throw new PackageRefused('sealed', { cause });
  } finally {
    sodium.memzero(key);
  }
}

function readContent(content: Uint8Array): EpochPackage {
  try {
    const reader = new ByteReader(content, MalformedInput);
    const groupInfo = reader.variable(THREAD_LIMITS.blob);
    const state = parseThreadState(parseUtf8(reader.variable(THREAD_LIMITS.blob)));
    reader.end();
    return { groupInfo, state };
  } catch (cause) {
    throw new PackageRefused('form', { cause });
  }
}

function boundTo({ threadId, incarnation, epoch }: EpochPlace): Uint8Array {
  return concatBytes(idBytes(threadId), u32be(incarnation), u64be(epoch));
}

function keyOf(epochKey: Uint8Array): Uint8Array {
  return keyedHash(epochKey, label('enlace/package/v1'));
}
