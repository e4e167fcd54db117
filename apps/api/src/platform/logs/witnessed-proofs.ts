import { parseUtf8 } from '@enlace/kernel';
import { formatProof, parseCheckpoint, splitNote, VerifiedTiles } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import { PublishedLogs, type PublishedLog } from './published-logs.js';
import { WitnessPolicy } from './witness-policy.js';

/** Proofs that an entry is in a log that enough States have seen. */
@Injectable()
export class WitnessedProofs {
  constructor(
    private readonly logs: PublishedLogs,
    private readonly policy: WitnessPolicy,
  ) {}

  /** Of an event of the audit log with this name; as `findIn`. */
  async find(origin: string, index: number): Promise<string | null> {
    const log = await this.logs.find('audit', origin.split('/')[1] ?? '');
    return log === null ? null : this.findIn(log, index);
  }

  /**
   * A `.tlog-proof` file (C2SP tlog-proof) under the newest checkpoint that the quorum cosigned; `null` while none
   * covers the entry.
   */
  async findIn(log: PublishedLog, index: number): Promise<string | null> {
    const checkpoint = this.policy.newestWitnessed(log, await this.logs.cosigned(log));
    if (checkpoint === null) return null;
    const head = parseCheckpoint(splitNote(checkpoint).text);
    if (index >= head.size) return null;
    const readTile = async (tile: { level: number; index: number; width: number }) =>
      (await this.logs.read(log, { kind: 'hashes', ...tile })) ?? new Uint8Array();
    const tiles = await VerifiedTiles.open(nodeTlogCrypto, { readTile }, head);
    const proof = await tiles.inclusionProof(index);
    return parseUtf8(formatProof({ index, proof, checkpoint, extra: null }));
  }
}
