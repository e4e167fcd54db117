import {
  BEACON_LABEL,
  beaconSignedBytes,
  chainStart,
  decodeBeacon,
  type Beacon,
} from '@enlace/contracts';
import {
  concatBytes,
  equalBytes,
  isDomainError,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { isBeaconSignedBy } from '@enlace/trust';

import type { DeviceSecrets } from '../mls/group-port.js';
import { label, sodium } from '../sodium.js';
import type { ThreadAlert } from './alerts.js';
import type { PastEntry } from './receive/ground.js';
import type { DirectoryView } from './view/directory-view.js';
import type { ThreadView } from './view/thread-view.js';

/** A head that another device said it has and the server has not shown for this long is kept back: `GAP`. */
const WITHHELD_MS = 60_000;

/** How far this device has read, signed: 160 bytes (protocol.md, section 2.7). The counter grows with each one. */
export function makeBeacon(
  { threadId, self, head }: ThreadView,
  {
    device,
    counter,
    nowMs,
  }: { readonly device: DeviceSecrets; readonly counter: number; readonly nowMs: number },
): Uint8Array<ArrayBuffer> {
  const { seq, chain } = head;
  const { deviceId } = self;
  const said = beaconSignedBytes({ threadId, deviceId, counter, seq, chain, clientTimeMs: nowMs });
  const { privateKey } = sodium.crypto_sign_seed_keypair(device.signSeed);
  const signature = sodium.crypto_sign_detached(concatBytes(label(BEACON_LABEL), said), privateKey);
  sodium.memzero(privateKey);
  return concatBytes(said, signature);
}

/** What a beacon tells. */
export type BeaconSays =
  /** The other device has read the same log up to there: until then nothing was kept from either. */
  | {
      readonly kind: 'confirms';
      readonly beacon: Beacon;
      readonly personId: PersonId;
    }
  /** It has read further: pull, and see `withheldBy`. */
  | { readonly kind: 'ahead'; readonly beacon: Beacon; readonly personId: PersonId }
  /** It has read another log. */
  | { readonly kind: 'alert'; readonly alert: ThreadAlert }
  /** Nobody's word: not signed by a member's device, an older one again, the own one, or of before the start. */
  | { readonly kind: 'nothing' };

/** What beacons are judged by, besides the view. */
export interface BeaconGround {
  readonly directory: DirectoryView;
  readonly nowMs: number;
  /** The highest counter that was taken of the device in this thread; 0 for none. */
  readonly counterOf: (deviceId: DeviceId) => number;
  readonly entryAt: (seq: number) => Promise<PastEntry | null>;
}

// Attacker-controlled: every byte, by the server that relays it.
export async function judgeBeacon(
  view: ThreadView,
  bytes: Uint8Array,
  ground: BeaconGround,
): Promise<BeaconSays> {
  const read = verified(view, bytes, ground);
  if (read === null) return { kind: 'nothing' };
  const { beacon } = read;
  if (beacon.seq > view.head.seq) return { kind: 'ahead', ...read };
  const chain = await chainAt(view, beacon.seq, ground);
  if (chain === null) return { kind: 'nothing' };
  if (equalBytes(chain, beacon.chain)) return { kind: 'confirms', ...read };
  const facts = { seq: beacon.seq, rule: 'beacon', deviceId: beacon.deviceId };
  return { kind: 'alert', alert: { kind: 'FORK', facts } };
}

/** The alert once a head that was said for a minute is still not shown, or `null`. */
export function withheldBy(
  view: ThreadView,
  { beacon, heardMs }: { readonly beacon: Beacon; readonly heardMs: number },
  nowMs: number,
): ThreadAlert | null {
  if (view.head.seq >= beacon.seq || nowMs - heardMs < WITHHELD_MS) return null;
  return { kind: 'GAP', facts: { seq: beacon.seq, rule: 'beacon', deviceId: beacon.deviceId } };
}

function verified(
  view: ThreadView,
  bytes: Uint8Array,
  { directory, nowMs, counterOf }: BeaconGround,
): { readonly beacon: Beacon; readonly personId: PersonId } | null {
  const decoded = decode(bytes);
  if (decoded === null) return null;
  const { beacon } = decoded;
  const { threadId, deviceId, counter } = beacon;
  const isOfThread = threadId === view.threadId && deviceId !== view.self.deviceId;
  const device = isOfThread ? directory.findDevice(deviceId) : 'unknown';
  if (typeof device === 'string' || counter <= counterOf(deviceId)) return null;
  const isRevoked = device.revokedAtMs !== null && device.revokedAtMs <= nowMs;
  const isMember = view.members?.leaves.some((one) => one.deviceId === deviceId) === true;
  const isSigned = isBeaconSignedBy(decoded, device.signKey);
  return isSigned && isMember && !isRevoked ? { beacon, personId: device.personId } : null;
}

function decode(bytes: Uint8Array): ReturnType<typeof decodeBeacon> | null {
  try {
    return decodeBeacon(bytes);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

async function chainAt(
  view: ThreadView,
  seq: number,
  { entryAt }: BeaconGround,
): Promise<Uint8Array | null> {
  if (seq === 0) return chainStart(view.threadId).chain;
  if (seq === view.head.seq) return view.head.chain;
  return seq > view.startSeq ? ((await entryAt(seq))?.chain ?? null) : null;
}
