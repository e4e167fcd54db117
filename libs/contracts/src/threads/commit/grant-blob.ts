import {
  ByteReader,
  concatBytes,
  idBytes,
  u32be,
  u64be,
  type DeviceId,
  type ThreadId,
} from '@enlace/kernel';

import { EntryMalformed } from '../entry-malformed.js';
import { THREAD_LIMITS } from '../thread-limits.js';

const VERSION = 1;
const CAUSES = { invite: 1, access: 2, history: 3 } as const;
const HEAD_BYTES = 56;
const GRANT_ID_BYTES = 16;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HASH_BYTES = 32;
/** An X-Wing ciphertext. */
const KEM_CIPHERTEXT_BYTES = 1_120;
const WRAPPED_BYTES = KEY_BYTES + TAG_BYTES;

/** Which epochs of which thread a grant gives, and why; one grant is of one incarnation. */
export interface GrantScope {
  readonly cause: keyof typeof CAUSES;
  readonly threadId: ThreadId;
  readonly incarnation: number;
  readonly fromEpoch: number;
  readonly toEpoch: number;
}

/** What everybody may read of a grant blob: which epochs of which thread, and to which devices. */
export interface GrantRecipients extends GrantScope {
  /** Ascending. */
  readonly deviceIds: readonly DeviceId[];
}

/** How one device comes to the grant's key. */
export interface GrantWrap {
  readonly deviceId: DeviceId;
  /** SHA-256 of the key that it was encapsulated to. */
  readonly kemKeyHash: Uint8Array;
  readonly kemCiphertext: Uint8Array;
  /** The grant's key and a tag. */
  readonly wrapped: Uint8Array;
}

/** A grant blob in its parts (protocol.md, section 4.4). */
export interface GrantBlob extends GrantScope {
  /** 16 bytes of whoever made it: its name in the record. */
  readonly grantId: Uint8Array;
  /** `G`: the first 56 bytes, to which everything else is bound. */
  readonly headBytes: Uint8Array;
  readonly nonce: Uint8Array;
  /** The epoch keys in their order, sealed together. */
  readonly keysBox: Uint8Array;
  /** By ascending device. */
  readonly wraps: readonly GrantWrap[];
}

/** `G`, of so many recipients. A scope or count that no grant has is a programming error. */
export function encodeGrantHead(
  scope: GrantScope,
  { grantId, recipients }: { readonly grantId: Uint8Array; readonly recipients: number },
): Uint8Array<ArrayBuffer> {
  const head = concatBytes(
    Uint8Array.of(VERSION, CAUSES[scope.cause], recipients >> 8, recipients & 0xff),
    grantId,
    idBytes(scope.threadId),
    u32be(scope.incarnation),
    u64be(scope.fromEpoch),
    u64be(scope.toEpoch),
  );
  if (head.length !== HEAD_BYTES) throw new RangeError('the id of a grant has 16 bytes');
  return head;
}

/** The bytes of a grant. Throws `entry.malformed` for parts that no grant has. */
export function encodeGrantBlob(
  parts: Pick<GrantBlob, 'headBytes' | 'nonce' | 'keysBox' | 'wraps'>,
): Uint8Array<ArrayBuffer> {
  const { headBytes, nonce, keysBox, wraps } = parts;
  const bytes = concatBytes(
    headBytes,
    nonce,
    u32be(keysBox.length),
    keysBox,
    ...wraps.flatMap(({ deviceId, kemKeyHash, kemCiphertext, wrapped }) => [
      idBytes(deviceId),
      kemKeyHash,
      kemCiphertext,
      wrapped,
    ]),
  );
  decodeGrantBlob(bytes);
  return bytes;
}

/** Reads a grant blob, version 1, without any key. Throws `entry.malformed`. */
// Attacker-controlled: every byte.
export function decodeGrantBlob(blob: Uint8Array): GrantBlob {
  const reader = new ByteReader(blob, EntryMalformed);
  if (reader.u8() !== VERSION) throw new EntryMalformed('another version of a grant');
  const cause = causeOf(reader.u8());
  const count = reader.u16();
  if (count === 0 || count > THREAD_LIMITS.grantRecipients)
    throw new EntryMalformed('too many recipients');
  const grantId = reader.take(GRANT_ID_BYTES);
  const scope = {
    cause,
    threadId: reader.id<ThreadId>(),
    incarnation: reader.u32(),
    fromEpoch: reader.u64(),
    toEpoch: reader.u64(),
  };
  const epochs = scope.toEpoch - scope.fromEpoch + 1;
  if (epochs < 1 || epochs > THREAD_LIMITS.grantEpochs)
    throw new EntryMalformed('an impossible range');
  const nonce = reader.take(NONCE_BYTES);
  const keysBox = reader.variable(THREAD_LIMITS.grantEpochs * KEY_BYTES + TAG_BYTES);
  if (keysBox.length !== epochs * KEY_BYTES + TAG_BYTES)
    throw new EntryMalformed('keys of a wrong length');
  const wraps = Array.from({ length: count }, () => readWrap(reader));
  reader.end();
  const ascends = wraps.every(
    ({ deviceId }, at) => at === 0 || deviceId > (wraps[at - 1]?.deviceId ?? ''),
  );
  if (!ascends) throw new EntryMalformed('recipients out of order');
  return { ...scope, grantId, headBytes: blob.subarray(0, HEAD_BYTES), nonce, keysBox, wraps };
}

/** What the server reads of it. Throws `entry.malformed`. */
export function decodeGrantRecipients(blob: Uint8Array): GrantRecipients {
  const { cause, threadId, incarnation, fromEpoch, toEpoch, wraps } = decodeGrantBlob(blob);
  const deviceIds = wraps.map(({ deviceId }) => deviceId);
  return { cause, threadId, incarnation, fromEpoch, toEpoch, deviceIds };
}

function readWrap(reader: ByteReader): GrantWrap {
  return {
    deviceId: reader.id<DeviceId>(),
    kemKeyHash: reader.take(HASH_BYTES),
    kemCiphertext: reader.take(KEM_CIPHERTEXT_BYTES),
    wrapped: reader.take(WRAPPED_BYTES),
  };
}

function causeOf(byte: number): GrantScope['cause'] {
  switch (byte) {
    case CAUSES.invite:
      return 'invite';
    case CAUSES.access:
      return 'access';
    case CAUSES.history:
      return 'history';
    default:
      throw new EntryMalformed('a grant of no known cause');
  }
}
