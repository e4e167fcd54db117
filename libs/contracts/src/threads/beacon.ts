import {
  ByteReader,
  concatBytes,
  idBytes,
  u64be,
  type DeviceId,
  type ThreadId,
} from '@enlace/kernel';

import { EntryMalformed } from './entry-malformed.js';

/** The label of a beacon's signature (Ed25519, by the device's signing key). */
export const BEACON_LABEL = 'enlace/beacon/v1';
export const BEACON_BYTES = 160;
const SIGNED_BYTES = 96;
const VERSION = 1;

/** How far a device says that it has read: a server that hides the end of a log from somebody is found by it. */
export interface Beacon {
  readonly threadId: ThreadId;
  readonly deviceId: DeviceId;
  /** Grows with every beacon of the device in this thread. */
  readonly counter: number;
  readonly seq: number;
  readonly chain: Uint8Array;
  /** The device's clock, Unix milliseconds. */
  readonly clientTimeMs: number;
}

/** What the device signs. */
export function beaconSignedBytes(beacon: Beacon): Uint8Array<ArrayBuffer> {
  return concatBytes(
    Uint8Array.of(VERSION, 0, 0, 0, 0, 0, 0, 0),
    idBytes(beacon.threadId),
    idBytes(beacon.deviceId),
    u64be(beacon.counter),
    u64be(beacon.seq),
    beacon.chain,
    u64be(beacon.clientTimeMs),
  );
}

/** Throws `entry.malformed`. The signature is checked by whoever knows the device. */
// Attacker-controlled: it comes through the server.
export function decodeBeacon(bytes: Uint8Array): {
  readonly beacon: Beacon;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
} {
  const reader = new ByteReader(bytes, EntryMalformed);
  if (reader.u8() !== VERSION) throw new EntryMalformed('another version');
  reader.zeros(7);
  const beacon = {
    threadId: reader.id<ThreadId>(),
    deviceId: reader.id<DeviceId>(),
    counter: reader.u64(),
    seq: reader.u64(),
    chain: reader.take(32),
    clientTimeMs: reader.u64(),
  };
  const signature = reader.take(64);
  reader.end();
  return { beacon, signed: bytes.subarray(0, SIGNED_BYTES), signature };
}
