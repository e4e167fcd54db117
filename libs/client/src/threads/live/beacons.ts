import {
  judgeBeacon,
  makeBeacon,
  withheldBy,
  type BeaconGround,
  type BeaconSays,
  type ThreadAlert,
  type ThreadView,
} from '@enlace/e2ee';
import type { DeviceId } from '@enlace/kernel';

import { BeaconShelf } from '../kept/beacon-shelf.js';
import { Evidence } from '../kept/evidence.js';
import type { EntryTaker, Stop } from '../take-entries.js';
import type { ThreadPorts } from '../thread-ports.js';

/** How often a device says how far it has read while it reads nothing new. */
const SAID_EVERY_MS = 5 * 60_000;

interface Heard {
  readonly bytes: Uint8Array;
  /** Of one that was kept because it was ahead. */
  readonly waiting?: { readonly deviceId: DeviceId; readonly heardMs: number };
}

/**
 * What devices of a thread say to each other of how far they have read. A server that shows two members two logs has to
 * keep their words from each other for ever; the first that gets through stops the thread.
 */
export class Beacons {
  readonly #ports: ThreadPorts;
  readonly #taker: EntryTaker;
  readonly #shelf: BeaconShelf;

  constructor(ports: ThreadPorts, taker: EntryTaker) {
    this.#ports = ports;
    this.#taker = taker;
    this.#shelf = new BeaconShelf(ports.store, taker.threadId);
  }

  /**
   * Compares what others say with what was read, after that is durable. `isAhead`: somebody has read further, and there
   * is something to fetch; what is not shown for a minute after that stops the thread.
   */
  // Attacker-controlled: the server chooses what it passes on, and when.
  async hear(
    told: readonly Uint8Array[],
  ): Promise<{ readonly stop: Stop | null; readonly isAhead: boolean }> {
    let isAhead = false;
    for (const heard of [...(await this.#waiting()), ...told.map((bytes) => ({ bytes }))]) {
      const says = await this.#hearOne(heard);
      if (says.kind === 'alert') return { stop: stopFor(says.alert, heard.bytes), isAhead };
      isAhead ||= says.kind === 'ahead';
    }
    return { stop: null, isAhead };
  }

  /** Those that were ahead of what was read: what they tell of may be here by now, or late. */
  async #waiting(): Promise<readonly Required<Heard>[]> {
    return [...(await this.#shelf.all())].flatMap(([deviceId, { ahead, atMs }]) =>
      ahead === null ? [] : [{ bytes: ahead, waiting: { deviceId, heardMs: atMs } }],
    );
  }

  async #hearOne({ bytes, waiting }: Heard): Promise<BeaconSays> {
    const view = this.#taker.durable;
    if (view === null) return { kind: 'nothing' };
    const known = await this.#shelf.all();
    const counterOf = (deviceId: DeviceId) =>
      waiting === undefined ? (known.get(deviceId)?.counter ?? 0) : 0;
    const says = await this.#judge(view, bytes, counterOf);
    const nowMs = this.#ports.clock.nowMs();
    if (says.kind === 'ahead' && waiting !== undefined) {
      const alert = withheldBy(view, { beacon: says.beacon, heardMs: waiting.heardMs }, nowMs);
      return alert === null ? says : { kind: 'alert', alert };
    }
    if (says.kind === 'ahead') {
      const { counter, seq, deviceId } = says.beacon;
      const earlier = known.get(deviceId);
      // A device that goes on reading keeps its first word: the server has a minute from there on.
      const isLate = earlier !== undefined && earlier.ahead !== null;
      const atMs = isLate ? earlier.atMs : nowMs;
      await this.#shelf.keep(deviceId, { counter, seq, atMs, ahead: bytes });
    }
    if (says.kind === 'confirms') {
      const { counter, seq, deviceId } = says.beacon;
      await this.#shelf.keep(deviceId, { counter, seq, atMs: nowMs, ahead: null });
    }
    if (says.kind === 'nothing' && waiting !== undefined) await this.#dismiss(waiting.deviceId);
    return says;
  }

  /** Of a device that is not in the thread any more. */
  async #dismiss(deviceId: DeviceId): Promise<void> {
    const known = (await this.#shelf.all()).get(deviceId);
    if (known !== undefined) await this.#shelf.keep(deviceId, { ...known, ahead: null });
  }

  /** Whether a beacon waits for what it tells of. */
  async isToldOfMore(): Promise<boolean> {
    return [...(await this.#shelf.all()).values()].some(({ ahead }) => ahead !== null);
  }

  /**
   * The word of this device, where it is time for one: after something new was read, and every five minutes. `null` for
   * whoever is not in the thread. Its number is durable before it is said.
   */
  async say(): Promise<Uint8Array | null> {
    const view = this.#taker.durable;
    if (view?.group == null) return null;
    const { deviceId } = view.self;
    const own = (await this.#shelf.all()).get(deviceId);
    const nowMs = this.#ports.clock.nowMs();
    const isDue =
      own === undefined || own.seq !== view.head.seq || nowMs - own.atMs >= SAID_EVERY_MS;
    if (!isDue) return null;
    const counter = (own?.counter ?? 0) + 1;
    const { seq } = view.head;
    await this.#shelf.keep(deviceId, { counter, seq, atMs: nowMs, ahead: null });
    const { signSeed } = this.#ports.device;
    return makeBeacon(view, { device: { ...view.self, signSeed }, counter, nowMs });
  }

  async #judge(
    view: ThreadView,
    bytes: Uint8Array,
    counterOf: BeaconGround['counterOf'],
  ): Promise<BeaconSays> {
    return judgeBeacon(view, bytes, {
      directory: this.#taker.directory,
      nowMs: this.#ports.clock.nowMs(),
      counterOf,
      entryAt: async (seq) => this.#taker.entryAt(seq),
    });
  }
}

function stopFor(alert: ThreadAlert, bytes: Uint8Array): Stop {
  return { alert, evidence: Evidence.ofBeacon(bytes) };
}
