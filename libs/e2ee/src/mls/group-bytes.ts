import {
  decodeCommitFacts,
  GROUP_SUITES,
  type CommitFacts,
  type SuiteName,
} from '@enlace/contracts';
import { ByteReader, concatBytes, equalBytes, isDomainError } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { GroupError } from './group-error.js';
import { viewOf } from './group-epoch.js';

import type { HeldGroup, CredentialCheck } from './group-state.js';
import {
  decodeGroupState,
  decodeMlsMessage,
  encodeGroupState,
  encodeMlsMessage,
  type MLSMessage,
  type PublicMessage,
} from './library.js';
import { clientConfigOf } from './profile.js';

/** `u8 version=1 || u8 suite || u16 zero || epochKeyId 16`, then the state as the library writes it. */
const STATE_VERSION = 1;
const SUITE_BYTES: Readonly<Record<SuiteName, number>> = {
  [GROUP_SUITES.xWing]: 1,
  [GROUP_SUITES.x25519]: 2,
};
const KEY_ID_BYTES = 16;
const HEAD_BYTES = 4 + KEY_ID_BYTES;

class BytesRefused extends GroupError {
  constructor(message: string) {
    super('group.malformed', message);
  }
}

export function writeGroup({ view, state, epochKeyId }: HeldGroup): Uint8Array<ArrayBuffer> {
  const head = Uint8Array.of(STATE_VERSION, SUITE_BYTES[view.suite], 0, 0);
  return concatBytes(head, epochKeyId, encodeGroupState(state));
}

/** Throws `group.malformed` for what `writeGroup` does not write. */
export function readGroup(bytes: Uint8Array, auth: CredentialCheck): HeldGroup {
  const reader = new ByteReader(bytes, BytesRefused);
  if (reader.u8() !== STATE_VERSION) throw new BytesRefused('a state of another version');
  const suite = reader.u8();
  reader.zeros(2);
  const epochKeyId = Uint8Array.from(reader.take(KEY_ID_BYTES));
  const decoded = decodeWhole(bytes.slice(HEAD_BYTES), decodeGroupState, encodeGroupState);
  const state = { ...decoded, clientConfig: clientConfigOf(auth) };
  const view = viewOf(state);
  const own = view.roster.find(({ leaf }) => leaf === view.ownLeaf);
  const isOwn =
    state.signaturePrivateKey.length === 32 &&
    own !== undefined &&
    equalBytes(publicKeyOf(state.signaturePrivateKey), own.signKey);
  const isSettled =
    SUITE_BYTES[view.suite] === suite &&
    state.groupActiveState.kind === 'active' &&
    state.keySchedule.exporterSecret.length === 0;
  if (!isOwn || !isSettled) throw new BytesRefused('a state that no group of ours was in');
  return { view, state, auth, epochKeyId };
}

/** An `MLSMessage`, in its one spelling. Throws `group.malformed`. */
export function readMessage(bytes: Uint8Array): MLSMessage {
  return decodeWhole(bytes, decodeMlsMessage, encodeMlsMessage);
}

export function writeMessage(message: MLSMessage): Uint8Array {
  return encodeMlsMessage(message);
}

/** Rules of a decoder that say that the bytes are no commit at all. */
const NO_COMMIT: ReadonlySet<unknown> = new Set(['wire', 'size', 'wire-format', 'content']);

/**
 * A commit, as the server reads it and as the library does. Throws `group.malformed`, or `group.shape` for one that
 * the profile does not have (checks B1 and B4 of protocol.md, section 3.4).
 */
export function readCommit(bytes: Uint8Array): {
  readonly facts: CommitFacts;
  readonly message: PublicMessage;
} {
  const facts = factsOf(bytes);
  const message = readMessage(bytes);
  if (message.wireformat !== 'mls_public_message') throw new BytesRefused('not a commit');
  return { facts, message: message.publicMessage };
}

function factsOf(bytes: Uint8Array): CommitFacts {
  try {
    return decodeCommitFacts(bytes);
  } catch (cause) {
    if (!isDomainError(cause, 'commit.invalid')) throw cause;
    const code = NO_COMMIT.has(cause.facts['rule']) ? 'group.malformed' : 'group.shape';
    throw new GroupError(code, 'not a commit of the profile', { cause, facts: cause.facts });
  }
}

/** The library tolerates what follows, and more than one spelling: what is read must be written the same again. */
function decodeWhole<Value>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array, offset: number) => [Value, number] | undefined,
  encode: (value: Value) => Uint8Array,
): Value {
  try {
    const [value, length] = decode(bytes, 0) ?? [];
    if (value !== undefined && length === bytes.length && equalBytes(encode(value), bytes)) {
      return value;
    }
  } catch (cause) {
    throw new GroupError('group.malformed', 'not what it is said to be', { cause });
  }
  throw new GroupError('group.malformed', 'not what it is said to be');
}
