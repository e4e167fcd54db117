import { ByteReader, type DeviceId, type ThreadId } from '@enlace/kernel';

import { EntryMalformed } from '../entry-malformed.js';

const VERSION = 1;
const CAUSES = { invite: 1, access: 2, history: 3 } as const;
const RECIPIENTS_MOST = 64;
const EPOCHS_MOST = 4_096;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Of one recipient after the device: hash of its key, what X-Wing encapsulates, the wrapped grant key. */
const SEALED_BYTES = 32 + 1_120 + 48;

/** What everybody may read of a grant blob: which epochs of which thread, and to which devices. */
export interface GrantRecipients {
  readonly cause: keyof typeof CAUSES;
  readonly threadId: ThreadId;
  readonly incarnation: number;
  readonly fromEpoch: number;
  readonly toEpoch: number;
  /** Ascending. */
  readonly deviceIds: readonly DeviceId[];
}

/** Reads a grant blob, version 1 (protocol.md, section 4.4), without any key. Throws `entry.malformed`. */
// Attacker-controlled: every byte.
export function decodeGrantRecipients(blob: Uint8Array): GrantRecipients {
  const reader = new ByteReader(blob, EntryMalformed);
  if (reader.u8() !== VERSION) throw new EntryMalformed('another version of a grant');
  const cause = causeOf(reader.u8());
  const count = reader.u16();
  if (count === 0 || count > RECIPIENTS_MOST) throw new EntryMalformed('too many recipients');
  reader.take(16);
  const head = {
    cause,
    threadId: reader.id<ThreadId>(),
    incarnation: reader.u32(),
    fromEpoch: reader.u64(),
    toEpoch: reader.u64(),
  };
  const epochs = head.toEpoch - head.fromEpoch + 1;
  if (epochs < 1 || epochs > EPOCHS_MOST) throw new EntryMalformed('an impossible range');
  reader.take(NONCE_BYTES);
  const keys = reader.variable(EPOCHS_MOST * KEY_BYTES + TAG_BYTES);
  if (keys.length !== epochs * KEY_BYTES + TAG_BYTES)
    throw new EntryMalformed('keys of a wrong length');
  const deviceIds = Array.from({ length: count }, () => readRecipient(reader));
  reader.end();
  const ascends = deviceIds.every((id, at) => at === 0 || id > (deviceIds[at - 1] ?? ''));
  if (!ascends) throw new EntryMalformed('recipients out of order');
  return { ...head, deviceIds };
}

function readRecipient(reader: ByteReader): DeviceId {
  const id = reader.id<DeviceId>();
  reader.take(SEALED_BYTES);
  return id;
}

function causeOf(byte: number): GrantRecipients['cause'] {
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
