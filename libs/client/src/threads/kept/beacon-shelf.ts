import { canonicalJson, toBase64Url, utf8, type DeviceId, type ThreadId } from '@enlace/kernel';

import type { LocalStore, StoreChange } from '../../store/local-store.js';
import { kept } from './kept-fields.js';

const TABLE = 'thread-beacons';

/** The newest beacon of a device. */
export interface KeptBeacon {
  readonly counter: number;
  /** How far it says to have read; of this device, how far it has said so itself. */
  readonly seq: number;
  /** When it was heard, or said. */
  readonly atMs: number;
  /** One that is ahead of what was read: it is judged again until that is reached. */
  readonly ahead: Uint8Array | null;
}

/** Beacons of a thread by device. Counters only grow, also over a restart: an older one is nobody's word. */
export class BeaconShelf {
  readonly #store: LocalStore;
  readonly #threadId: ThreadId;
  #known: Map<DeviceId, KeptBeacon> | null = null;

  constructor(store: LocalStore, threadId: ThreadId) {
    this.#store = store;
    this.#threadId = threadId;
  }

  /** All that is kept. Throws `store.damaged`. */
  async all(): Promise<ReadonlyMap<DeviceId, KeptBeacon>> {
    this.#known ??= await this.#load();
    return this.#known;
  }

  async keep(deviceId: DeviceId, beacon: KeptBeacon): Promise<void> {
    const known = this.#known ?? (await this.#load());
    await this.#store.commit([changeOf(this.#threadId, deviceId, beacon)]);
    this.#known = known.set(deviceId, beacon);
  }

  async #load(): Promise<Map<DeviceId, KeptBeacon>> {
    const known = new Map<DeviceId, KeptBeacon>();
    const names = await this.#store.keys(TABLE);
    for (const name of names.filter((one) => one.startsWith(this.#threadId))) {
      const bytes = await this.#store.get(TABLE, name);
      if (bytes !== null) known.set(kept.id<DeviceId>(name.split('.')[1]), readBeacon(bytes));
    }
    return known;
  }
}

function changeOf(
  threadId: ThreadId,
  deviceId: DeviceId,
  { ahead, ...beacon }: KeptBeacon,
): StoreChange {
  const told = { v: 1, ...beacon, ahead: ahead === null ? null : toBase64Url(ahead) };
  return { table: TABLE, key: `${threadId}.${deviceId}`, value: utf8(canonicalJson(told)) };
}

function readBeacon(bytes: Uint8Array): KeptBeacon {
  return kept.value(bytes, ({ counter, seq, atMs, ahead }) => ({
    counter: kept.count(counter),
    seq: kept.count(seq),
    atMs: kept.count(atMs),
    ahead: kept.orNull(ahead ?? null, kept.bytes),
  }));
}
