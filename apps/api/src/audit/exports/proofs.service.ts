import { utf8 } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { WitnessedProofs } from '../../platform/logs/witnessed-proofs.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { EventReading } from '../reading/event-reading.repository.js';
import { ReadingRights } from '../reading/reading-rights.js';

/** Proofs that an event is in the log, for whoever may see the event. */
@Injectable()
export class EventProofs {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly reading: EventReading,
    private readonly proofs: WitnessedProofs,
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
      const file = await this.proofs.find(origin, index);
      if (file === null) throw new Refusal('event.unproven');
      const { state } = getSession(at);
      await this.audit.record(at, {
        type: 'audit.proof-fetched',
        outcome: 'success',
        object: { type: 'audit', id: eventId, ownerState: state },
        states: [state],
        ...(event.caseId === null ? {} : { caseId: event.caseId }),
        fields: { fromIndex: index, toIndex: index + 1 },
      });
      return utf8(file);
    });
  }
}
