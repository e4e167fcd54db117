import {
  formatProof,
  parseCheckpoint,
  splitNote,
  VerifiedTiles,
  type HashTile,
  type TileReader,
} from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import { PublishedLogs, type PublishedLog } from './published-logs.js';

/** Proofs that lead to one checkpoint of one log. */
export interface OpenedProofs {
  /** Of the checkpoint. */
  readonly size: number;
  /** A `.tlog-proof` file for the entry; the index is below `size`. */
  inclusion(index: number): Promise<Uint8Array>;
  /** From an earlier size to the checkpoint (RFC 6962, section 2.1.2); 0 < `from` <= `size`. */
  growth(from: number): Promise<readonly Uint8Array[]>;
}

/** Makes proofs from the published tiles: each was checked on the way, so one that is made here verifies. */
@Injectable()
export class LogProofs {
  constructor(private readonly logs: PublishedLogs) {}

  /** To the newest checkpoint, with the cosignatures that it has by now; `null` when nothing was signed yet. */
  async open(log: PublishedLog): Promise<OpenedProofs | null> {
    const checkpoint = await this.logs.checkpoint(log);
    if (checkpoint === null) return null;
    const head = parseCheckpoint(splitNote(checkpoint).text);
    if (head.size === 0) return null;
    // The checkpoint may be newer than the log as it was listed.
    const reader = new PublishedTiles(this.logs, { ...log, size: head.size });
    const tiles = await VerifiedTiles.open(nodeTlogCrypto, reader, head);
    return {
      size: head.size,
      inclusion: async (index) => {
        const proof = await tiles.inclusionProof(index);
        return formatProof({ index, proof, checkpoint, extra: null });
      },
      growth: async (from) => tiles.consistencyProof(from),
    };
  }
}

/** A tile that is missing is empty, which `VerifiedTiles` refuses as too short. */
class PublishedTiles implements TileReader {
  constructor(
    private readonly logs: PublishedLogs,
    private readonly log: PublishedLog,
  ) {}

  async readTile({ level, index, width }: HashTile): Promise<Uint8Array> {
    const tile = await this.logs.read(this.log, { kind: 'hashes', level, index, width });
    return tile ?? new Uint8Array();
  }
}
