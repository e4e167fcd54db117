import {
  decodeGrantBlob,
  encodeGrantBlob,
  encodeGrantHead,
  THREAD_LIMITS,
  type GrantBlob,
  type GrantScope,
} from '@enlace/contracts';
import {
  concatBytes,
  equalBytes,
  idBytes,
  newRandomId,
  sha256,
  type DeviceId,
  type Random,
} from '@enlace/kernel';

import { epochKeyId, type EpochPlace } from '../envelope/epoch-keys.js';
import type { EpochKey } from '../mls/group-state.js';
import { keyedHash, label, sodium } from '../sodium.js';
import { GrantRefused } from './grant-error.js';
import { encapsulateTo, kemKeyHashOf, unwrap, wrapFor, type GrantRecipient } from './grant-wrap.js';
import { openBox, sealBox } from './sealed-box.js';

const NONCE_BYTES = 24;
const KEY_BYTES = 32;

/** What is given, and to whom. */
export interface GrantContent {
  readonly scope: GrantScope;
  /** One for each epoch of the scope, in their order. */
  readonly epochKeys: readonly Uint8Array[];
  readonly recipients: readonly GrantRecipient[];
}

/**
 * Seals epoch keys to devices (protocol.md, section 4.4), each device by itself under X-Wing. A device whose
 * certificate holds no usable key is left out: it cannot stop everybody else; `null` when nobody is left. Who may be
 * given what is the caller's to know: the blob goes beside an entry that is signed and logged.
 */
export function sealGrant(
  { scope, epochKeys, recipients }: GrantContent,
  random: Random,
): Uint8Array<ArrayBuffer> | null {
  const epochs = scope.toEpoch - scope.fromEpoch + 1;
  if (epochKeys.length !== epochs || epochKeys.some(({ length }) => length !== KEY_BYTES)) {
    throw new RangeError('one key of 32 bytes for each epoch');
  }
  if (recipients.length > THREAD_LIMITS.grantRecipients) {
    throw new RangeError('more devices than one grant is for');
  }
  const reached = recipients
    .toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
    .flatMap((recipient) => encapsulateTo(recipient, random) ?? []);
  if (reached.length === 0) return null;
  const grantId = idBytes(newRandomId(random));
  const headBytes = encodeGrantHead(scope, { grantId, recipients: reached.length });
  const grantKey = random.bytes(KEY_BYTES);
  const nonce = random.bytes(NONCE_BYTES);
  const key = keysKeyOf(grantKey);
  const keysBox = sealBox(concatBytes(...epochKeys), { key, nonce, bound: headBytes });
  const wraps = reached.map((one) => wrapFor(one, headBytes, grantKey));
  sodium.memzero(key);
  sodium.memzero(grantKey);
  return encodeGrantBlob({ headBytes, nonce, keysBox, wraps });
}

/** What a receiver of a grant knows from the log: the entry was verified, and its author may give. */
export interface ExpectedGrant {
  readonly scope: GrantScope;
  /** Of the signed entry. */
  readonly grantHash: Uint8Array;
  /** The name that the commit or genesis which began the epoch states for its key; `null` if the log shows none. */
  readonly epochKeyIdOf: (epoch: number) => Uint8Array | null;
}

/** A key of an epoch. It opens what was sealed under it, and says nothing about who sealed it. */
export interface GrantedKey {
  readonly epoch: number;
  readonly epochKey: EpochKey;
}

/**
 * The keys that a grant gives to this device, all or none; none also when it is for other devices. Each is compared
 * with the name that the log states. Throws `grant.refused`, alert `BAD_GRANT`.
 */
// Attacker-controlled: by the server, and by the member who gives.
export function openGrant(
  blob: Uint8Array,
  device: { readonly deviceId: DeviceId; readonly kemSeed: Uint8Array },
  { scope, grantHash, epochKeyIdOf }: ExpectedGrant,
): readonly GrantedKey[] {
  if (!equalBytes(sha256(blob), grantHash)) throw new GrantRefused('hash');
  const grant = readGrant(blob);
  if (!isSameScope(grant, scope)) throw new GrantRefused('scope');
  const keys = openKeys(grant, device);
  return keys.map((key, at) => {
    const epoch = scope.fromEpoch + at;
    return { epoch, epochKey: namedKey(key, { ...scope, epoch }, epochKeyIdOf(epoch)) };
  });
}

/** A key from elsewhere, once it is the one that the log names for the place. Throws `grant.refused`. */
export function namedKey(key: Uint8Array, place: EpochPlace, stated: Uint8Array | null): EpochKey {
  const isStated = stated !== null && equalBytes(epochKeyId(key, place), stated);
  if (!isStated) throw new GrantRefused('epoch-key');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, after it was compared with its name
  return key as EpochKey;
}

function openKeys(
  grant: GrantBlob,
  { deviceId, kemSeed }: { readonly deviceId: DeviceId; readonly kemSeed: Uint8Array },
): readonly Uint8Array[] {
  const wrap = grant.wraps.find((one) => one.deviceId === deviceId);
  if (wrap === undefined) return [];
  if (!equalBytes(wrap.kemKeyHash, kemKeyHashOf(kemSeed))) throw new GrantRefused('recipient');
  try {
    const grantKey = unwrap(wrap, grant.headBytes, kemSeed);
    const { nonce, headBytes, keysBox } = grant;
    const key = keysKeyOf(grantKey);
    sodium.memzero(grantKey);
    const keys = openBox(keysBox, { key, nonce, bound: headBytes });
    sodium.memzero(key);
    return Array.from({ length: keys.length / KEY_BYTES }, (_, at) =>
      keys.slice(at * KEY_BYTES, (at + 1) * KEY_BYTES),
    );
  } catch (cause) {
    throw new GrantRefused('sealed', { cause });
  }
}

function readGrant(blob: Uint8Array): GrantBlob {
  try {
    return decodeGrantBlob(blob);
  } catch (cause) {
    throw new GrantRefused('form', { cause });
  }
}

function isSameScope(a: GrantScope, b: GrantScope): boolean {
  return (
    a.cause === b.cause &&
    a.threadId === b.threadId &&
    a.incarnation === b.incarnation &&
    a.fromEpoch === b.fromEpoch &&
    a.toEpoch === b.toEpoch
  );
}

function keysKeyOf(grantKey: Uint8Array): Uint8Array {
  return keyedHash(grantKey, label('enlace/grant-keys/v1'));
}
