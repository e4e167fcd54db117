import { equalBytes, toBase64 } from '@enlace/kernel';
import {
  hashLeaf,
  judgeCheckpoint,
  RootMismatch,
  VerifiedTiles,
  type JudgedCheckpoint,
  type TileReader,
} from '@enlace/tlog';
import { isLostHead } from '@enlace/trust';

import { clientTlogCrypto } from '../tlog-crypto.js';
import type { AuditTrust } from './audit-trust.js';
import type { LogHeads } from './log-heads.js';
import type { CommittedEvent } from './reading/shown-events.js';

/** Where checkpoints and hash tiles are read; nothing that comes from there is believed. */
export interface RecordSource {
  /** The newest signed checkpoint with the cosignatures that it has; `null` when the server has none. */
  checkpoint(origin: string): Promise<Uint8Array | null>;
  tiles(origin: string): TileReader;
}

/** `pending`: no signed checkpoint reaches the event yet. */
export type EventStanding = 'proven' | 'pending';

interface OpenedLog {
  readonly judged: JudgedCheckpoint;
  readonly tiles: VerifiedTiles;
}

interface ProofGrounds {
  readonly source: RecordSource;
  readonly trust: AuditTrust;
  readonly heads: LogHeads;
}

/**
 * Proves events against the newest checkpoint of their log: signed by the key of the trust store, grown from the one
 * that this device saw before, and holding this very leaf at this very place. One object for one command.
 */
export class EventProofs {
  readonly #logs = new Map<string, Promise<OpenedLog | null>>();
  #isQuorumMet = true;

  constructor(private readonly grounds: ProofGrounds) {}

  /** Whether the quorum of witnesses cosigned every checkpoint that a proof rests on. */
  get isQuorumMet(): boolean {
    return this.#isQuorumMet;
  }

  /** Throws `tlog.*` when the log holds something else, is not signed by its key, or is not the one seen before. */
  async prove({ place, leaf }: CommittedEvent): Promise<EventStanding> {
    if (place === null) return 'pending';
    const log = await this.#open(place.origin);
    if (log === null || place.index >= log.tiles.head.size) return 'pending';
    const held = await log.tiles.leafHash(place.index);
    if (!equalBytes(held, hashLeaf(clientTlogCrypto, leaf))) {
      throw new RootMismatch('the log holds another leaf at this place', {
        facts: { index: place.index },
      });
    }
    if (!log.judged.meetsQuorum) this.#isQuorumMet = false;
    return 'proven';
  }

  /**
   * Reads the newest checkpoint of a log against the one that this device saw before; false when nothing was signed
   * yet. Throws as `prove`.
   */
  async look(origin: string): Promise<boolean> {
    const log = await this.#open(origin);
    if (log !== null && !log.judged.meetsQuorum) this.#isQuorumMet = false;
    return log !== null;
  }

  async #open(origin: string): Promise<OpenedLog | null> {
    const opening = this.#logs.get(origin) ?? this.#read(origin);
    this.#logs.set(origin, opening);
    return opening;
  }

  async #read(origin: string): Promise<OpenedLog | null> {
    const { source, trust, heads } = this.grounds;
    const note = await source.checkpoint(origin);
    if (note === null) return null;
    const judged = judgeCheckpoint(clientTlogCrypto, note, trust.policy);
    const { size, root } = judged.checkpoint;
    if (judged.checkpoint.origin !== origin) {
      throw new RootMismatch('the checkpoint is of another log');
    }
    const head = { size, root };
    const tiles = await VerifiedTiles.open(clientTlogCrypto, source.tiles(origin), head);
    const known = (await heads.known()).find((each) => each.origin === origin) ?? null;
    // What States said is lost is no lie of the server: what was seen stays as it was.
    const isLost = trust.losses.some(
      (loss) => loss.lost.origin === origin && known !== null && isLostHead(loss, known, size),
    );
    if (isLost) return { judged, tiles };
    const isGrown = known !== null && known.size > 0 && known.size < size;
    const proof = isGrown ? await tiles.consistencyProof(known.size) : [];
    const growth = [{ origin, from: known?.size ?? 0, proof: proof.map(toBase64) }];
    await heads.grow(known, { origin, ...head, note }, growth);
    return { judged, tiles };
  }
}
