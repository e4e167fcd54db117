import { formatProof, parseCheckpoint, splitNote, VerifiedTiles } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { PublishedLogs, type PublishedLog } from '../../platform/logs/published-logs.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { EventReading } from '../reading/event-reading.repository.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { WitnessPolicy } from '../witness-policy.js';

/** Proofs that an event is in the log, for whoever may see the event. */
@Injectable()
export class EventProofs {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly reading: EventReading,
    private readonly logs: PublishedLogs,
    private readonly policy: WitnessPolicy,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * A `.tlog-proof` file (C2SP tlog-proof) under the newest checkpoint that the quorum cosigned. Throws
   * `event.not-found`, and `event.unproven` while no such checkpoint covers the event.
   */
  async prove(act: ActContext, eventId: string): Promise<Uint8Array> {
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.proofs');
      const [event] = await this.reading.inSession(
        sidHash,
        (tx, reader) => this.reading.findEvents(tx, reader, [eventId]),
        act.why,
      );
      if (event === undefined) throw new Refusal('event.not-found');
      if (event.place === null) throw new Refusal('event.unproven');
      const { origin, index } = event.place;
      const file = await this.#proofOf(origin, index);
      const { state } = getSession(at);
      await this.audit.record(at, {
        type: 'audit.proof-fetched',
        outcome: 'success',
        object: { type: 'audit', id: eventId, ownerState: state },
        states: [state],
        ...(event.caseId === null ? {} : { caseId: event.caseId }),
        fields: { fromIndex: index, toIndex: index + 1 },
      });
      return file;
    });
  }

  async #proofOf(origin: string, index: number): Promise<Uint8Array> {
    const log = await this.logs.find('audit', origin.split('/')[1] ?? '');
    const checkpoint =
      log === null ? null : this.policy.newestWitnessed(log, await this.logs.cosigned(log));
    if (log === null || checkpoint === null) throw new Refusal('event.unproven');
    const head = parseCheckpoint(splitNote(checkpoint).text);
    if (index >= head.size) throw new Refusal('event.unproven');
    const tiles = await VerifiedTiles.open(nodeTlogCrypto, this.#reader(log), head);
    const proof = await tiles.inclusionProof(index);
    return formatProof({ index, proof, checkpoint, extra: null });
  }

  #reader(log: PublishedLog) {
    return {
      readTile: async (tile: { level: number; index: number; width: number }) =>
        (await this.logs.read(log, { kind: 'hashes', ...tile })) ?? new Uint8Array(),
    };
  }
}
