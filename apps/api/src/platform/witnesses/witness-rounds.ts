import { setTimeout as pause } from 'node:timers/promises';

import { parseUtf8, sha256, toHex, utf8 } from '@enlace/kernel';
import { formatAddCheckpoint, TlogError, VerifiedTiles } from '@enlace/tlog';
import type { OnModuleDestroy } from '@nestjs/common';

import type { Database } from '../database/database.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { StoredTiles } from '../sequencer/log-rows.js';
import { STREAMS, type Stream } from '../tlog/log-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import type { OpenCheckpoint } from './cosignature-rows.js';
import type { Cosignatures } from './cosignatures.js';
import type { KnownWitness } from './witness-list.js';
import { addCheckpoint, askForCheckpoint } from './witness-requests.js';

/** How often every log is shown to its witnesses when it has grown; the directory is shown at once besides. */
const ROUND_MS = 60_000;

/** A request, the one that its answer of 409 asks for, and one for a checkpoint that came between. */
const TRIES = 3;

export interface RoundPorts {
  /** For reading tiles: the sequencer's own connections are for the sequencer. */
  readonly database: Database;
  readonly cosignatures: Cosignatures;
  /** Where witnesses listen, by name; one that is not in here comes by itself. */
  readonly urls: ReadonlyMap<string, string>;
  readonly log: Log;
  /** A head signed by our own key contradicts our tree: nothing of the stream may be signed any more. */
  readonly onContradiction: (stream: Stream, cause: TlogError) => Promise<void>;
}

/** Shows new checkpoints to the witnesses of the States. Slow ones, absent ones and lying ones stop nobody. */
export class WitnessRounds implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  /** The size that a witness has of a log, as far as it is known. */
  readonly #sizes = new Map<string, number>();
  readonly #running = new Map<Stream, Promise<void>>();
  readonly #again = new Set<Stream>();
  #timer: Promise<void> = Promise.resolve();

  constructor(private readonly ports: RoundPorts) {}

  start(): void {
    this.#timer = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#timer;
    await Promise.all(this.#running.values());
  }

  /**
   * Before anything is signed: compares what the witnesses that can be reached hold of our logs with our tables. A
   * database and a file that were set back together are found here. All are asked at once: signing waits for the
   * slowest of them and not for their sum. Never rejects; an absent witness says nothing.
   */
  async compare(): Promise<void> {
    const { cosignatures, log } = this.ports;
    try {
      const known = await cosignatures.witnesses();
      const asked = STREAMS.map(async (stream) => {
        const newest = await cosignatures.newest(stream);
        const each = newest.flatMap((checkpoint) =>
          known.map(async ({ name }) => this.#ask(stream, name, checkpoint)),
        );
        await Promise.all(each);
      });
      await Promise.all(asked);
    } catch (error) {
      log.warn('witness.uncompared', errorFields(error));
    }
  }

  async #ask(stream: Stream, witness: string, checkpoint: OpenCheckpoint): Promise<void> {
    const url = this.ports.urls.get(witness);
    if (url === undefined) return;
    try {
      await this.#judgeHeld(stream, url, checkpoint);
    } catch (error) {
      this.ports.log.warn('witness.unreached', { source: witness, ...errorFields(error) });
    }
  }

  /** Resolves with the status of the witness; what it holds halts the log where our key contradicts our tables. */
  async #judgeHeld(stream: Stream, url: string, checkpoint: OpenCheckpoint): Promise<number> {
    const hash = toHex(sha256(utf8(checkpoint.origin)));
    const { status, body } = await askForCheckpoint(url, hash);
    if (status !== 200) return status;
    const { contradiction } = await this.ports.cosignatures.take(checkpoint, body);
    if (contradiction !== null) await this.ports.onContradiction(stream, contradiction);
    return status;
  }

  /** A checkpoint was signed: the directory's is shown at once, because people wait for it. */
  signed(stream: Stream): void {
    if (stream === 'directory') void this.round(stream);
  }

  /** One round over all witnesses; asked for again while it runs, it is followed by one more. Never rejects. */
  async round(stream: Stream): Promise<void> {
    const running = this.#running.get(stream);
    if (running !== undefined) {
      this.#again.add(stream);
      return running;
    }
    const round = this.#rounds(stream).finally(() => this.#running.delete(stream));
    this.#running.set(stream, round);
    return round;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await Promise.all(STREAMS.map(async (stream) => this.round(stream)));
      await pause(ROUND_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #rounds(stream: Stream): Promise<void> {
    do {
      this.#again.delete(stream);
      await this.#once(stream).catch((error: unknown) => {
        this.ports.log.warn('witness.round-failed', { source: stream, ...errorFields(error) });
      });
    } while (this.#again.has(stream) && !this.#stopping.signal.aborted);
  }

  async #once(stream: Stream): Promise<void> {
    for (const newest of await this.ports.cosignatures.newest(stream)) {
      await this.#show(stream, newest);
    }
  }

  async #show(stream: Stream, newest: OpenCheckpoint): Promise<void> {
    const { cosignatures, urls } = this.ports;
    const { logId } = newest;
    const known = await cosignatures.witnesses();
    const asked = known.flatMap((witness) => {
      const url = urls.get(witness.name);
      const isDone = newest.cosigners.includes(witness.name);
      return url === undefined || isDone ? [] : [{ witness, url, stream, logId }];
    });
    await Promise.all(asked.map(async (visit) => this.#visit(visit)));
    await cosignatures.noteDelays(newest, known);
  }

  async #visit(visit: Visit): Promise<void> {
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        if (await this.#tryOnce(visit)) return;
      }
    } catch (error) {
      const { name } = visit.witness;
      this.ports.log.warn('witness.unreached', { source: name, ...errorFields(error) });
    }
  }

  /** Resolves with whether the visit is over. */
  async #tryOnce({ witness, url, stream, logId }: Visit): Promise<boolean> {
    const newest = await this.ports.cosignatures.newest(stream);
    const checkpoint = newest.find((each) => each.logId === logId);
    if (checkpoint === undefined || this.#stopping.signal.aborted) return true;
    const key = `${witness.name} ${checkpoint.logId}`;
    const oldSize = this.#sizes.get(key) ?? 0;
    const ask = { witness, url, stream, logId, checkpoint };
    // It holds more than the newest head of ours: whether we signed that is asked of the witness itself.
    if (oldSize > checkpoint.size) return this.#confront(ask);
    const { status, body } = await addCheckpoint(url, await this.#request(checkpoint, oldSize));
    if (status === 200) {
      await this.ports.cosignatures.take(checkpoint, Buffer.concat([checkpoint.note, body]));
      this.#sizes.set(key, checkpoint.size);
      return true;
    }
    if (status !== 409) return this.#confront(ask);
    const size = readSize(body);
    this.#sizes.set(key, size);
    return size === oldSize ? this.#confront(ask) : false;
  }

  async #request(checkpoint: OpenCheckpoint, oldSize: number): Promise<Uint8Array> {
    const needsProof = oldSize > 0 && oldSize < checkpoint.size;
    const proof = needsProof
      ? await this.ports.database.beforeSignIn(async (tx) => {
          const tiles = new StoredTiles(tx, checkpoint.logId);
          const tree = await VerifiedTiles.open(nodeTlogCrypto, tiles, checkpoint);
          return tree.consistencyProof(oldSize);
        })
      : [];
    return formatAddCheckpoint({ oldSize, proof, checkpoint: checkpoint.note });
  }

  /**
   * A witness that refuses may hold something else that our key signed. Its word counts for nothing; what our key
   * signed does.
   */
  async #confront({ witness, url, stream, checkpoint }: Visit & Asked): Promise<true> {
    this.#sizes.delete(`${witness.name} ${checkpoint.logId}`);
    const status = await this.#judgeHeld(stream, url, checkpoint);
    this.ports.log.warn('witness.refused', { source: witness.name, status });
    return true;
  }
}

interface Visit {
  readonly witness: KnownWitness;
  readonly url: string;
  readonly stream: Stream;
  readonly logId: string;
}

interface Asked {
  readonly checkpoint: OpenCheckpoint;
}

// Attacker-controlled: a number, or anything else.
function readSize(body: Uint8Array): number {
  const text = parseUtf8(body);
  if (!/^(?:0|[1-9]\d{0,15})\n$/.test(text)) throw new RangeError('a witness without a size');
  return Number(text);
}
