import {
  encodeGrantBlob,
  encodeGrantHead,
  encodeThreadStatement,
  type Entry,
  type EntryHeader,
} from '@enlace/contracts';
import {
  idBytes,
  newRandomId,
  sha256,
  systemRandom,
  type DeviceId,
  type HistoryGrantId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import type { ThreadHand } from './thread-hand.js';

/** A grant as its giver says it; the keys in it are noise, which the server cannot tell from keys. */
export interface SaidHistory {
  readonly to: PersonId;
  readonly devices: readonly DeviceId[];
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly fromEpoch: number;
  readonly toEpoch: number;
  readonly basis?: 'access' | 'handover';
  readonly requestId?: string;
  /** What the entry says of another place or of another blob. */
  readonly place?: Partial<EntryHeader>;
  readonly grantHash?: Uint8Array;
  /** In place of an id. */
  readonly grantId?: Uint8Array;
  /** What the blob says otherwise than the statement. */
  readonly blob?: {
    readonly cause?: 'invite' | 'access' | 'history';
    readonly threadId?: ThreadId;
    readonly incarnation?: number;
    readonly fromEpoch?: number;
    readonly toEpoch?: number;
  };
}

export interface MadeHistory {
  readonly entry: Entry;
  readonly blob: Uint8Array;
  readonly grantId: HistoryGrantId;
}

/** An entry `grant` of this hand, its next, with the blob that it names; nothing is staged or sent. */
export function makeHistory(hand: ThreadHand, said: SaidHistory): MadeHistory {
  const { to, devices, fromSeq, toSeq, fromEpoch, toEpoch, basis = 'handover', requestId } = said;
  const scope = {
    cause: basis === 'access' ? ('access' as const) : ('history' as const),
    threadId: hand.threadId,
    incarnation: 0,
    fromEpoch,
    toEpoch,
    ...said.blob,
  };
  const grantId = newRandomId<HistoryGrantId>(systemRandom);
  const head = { grantId: said.grantId ?? idBytes(grantId), recipients: devices.length };
  const epochs = scope.toEpoch - scope.fromEpoch + 1;
  const blob = encodeGrantBlob({
    headBytes: encodeGrantHead(scope, head),
    nonce: systemRandom.bytes(24),
    keysBox: systemRandom.bytes(32 * epochs + 16),
    wraps: devices.toSorted().map((deviceId) => ({
      deviceId,
      kemKeyHash: systemRandom.bytes(32),
      kemCiphertext: systemRandom.bytes(1_120),
      wrapped: systemRandom.bytes(48),
    })),
  });
  const statement = encodeThreadStatement('grant', {
    v: 1,
    toPersonId: to,
    fromSeq,
    toSeq,
    fromEpoch,
    toEpoch,
    basis,
    ...(requestId === undefined ? {} : { requestId }),
  });
  const parts = { statement, grantHash: said.grantHash ?? sha256(blob) };
  const entry = hand.clear('grant', parts, said.place);
  return { entry, blob, grantId };
}

/** Everything that a grant to this hand says when nothing is wrong with it. */
export function historyFor(
  { personId, deviceId }: ThreadHand,
  [fromSeq, toSeq]: readonly [number, number],
  [fromEpoch, toEpoch]: readonly [number, number],
): SaidHistory {
  return { to: personId, devices: [deviceId], fromSeq, toSeq, fromEpoch, toEpoch };
}
