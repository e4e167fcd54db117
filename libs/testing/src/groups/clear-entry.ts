import { layOutHeader, type Entry, type EntryHeader } from '@enlace/contracts';
import {
  newId,
  systemClock,
  systemRandom,
  utf8,
  type DeviceId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';

/** A small entry of a clear kind that decodes; nobody has signed it. */
export function aClearEntry(change: Partial<EntryHeader> = {}): Entry {
  const body = utf8('{}');
  const laidOut = layOutHeader({
    kind: 'access-request',
    handling: 0,
    incarnation: 0,
    epoch: 3,
    threadId: newId<ThreadId>(systemClock, systemRandom),
    epochKeyId: new Uint8Array(16),
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    entryId: newId<EntryId>(systemClock, systemRandom),
    deviceSeq: 2,
    seenSeq: 5,
    seenChain: new Uint8Array(32).fill(1),
    prevHash: new Uint8Array(32).fill(2),
    nonce: new Uint8Array(24),
    bodyLength: body.length,
    ...change,
  });
  return { ...laidOut, commitment: new Uint8Array(32), body, signature: new Uint8Array(64) };
}
