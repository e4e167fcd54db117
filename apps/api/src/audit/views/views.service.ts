import { AUDIT_VIEW_LIMITS, type AuditViewName, type AuditViewShown } from '@enlace/contracts';
import type { AuditViewQuery } from '@enlace/contracts/dto';
import { parseId, type CaseId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { EventReading } from '../reading/event-reading.repository.js';
import { askedIn, wordsOf } from '../reading/asked-words.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { SearchRepository } from '../search/search.repository.js';
import { viewEvent } from './view-event.js';
import { VIEWS } from './views.js';

/** The questions of auditors, each answered over what its asker may see, and on record for having been asked. */
@Injectable()
export class AuditViews {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly reading: EventReading,
    private readonly searches: SearchRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /** Throws `access.denied`, `purpose.required`, `body.malformed` for a question about nobody. */
  async show(act: ActContext, view: AuditViewName, query: AuditViewQuery): Promise<AuditViewShown> {
    const { types, needs, tableOf } = VIEWS[view];
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.view');
      if (needs.some((name) => query[name] === undefined)) throw new Refusal('body.malformed');
      const limit = AUDIT_VIEW_LIMITS.events;
      const read = await this.reading.inSession(
        sidHash,
        async (tx, reader) => {
          const search = Object.assign({ types }, query);
          const ids = await this.searches.findIds(tx, search, { before: null, limit });
          const events = await this.reading.findEvents(tx, reader, ids.slice(0, limit));
          const reach = await this.reading.findReach(tx, reader);
          return { events, reach, isMore: ids.length > limit };
        },
        act.why,
      );
      const table = tableOf(read.events.map(viewEvent).toReversed());
      const { state } = getSession(at);
      await this.audit.record(at, {
        type: 'audit.viewed',
        outcome: 'success',
        object: { type: 'audit', id: view, ownerState: state },
        states: [state],
        ...(query.case === undefined ? {} : { caseId: parseId<CaseId>(query.case) }),
        fields: { view, rows: table.rows.length, ...askedIn(at, query) },
      });
      return {
        view,
        filter: wordsOf(query),
        count: read.events.length,
        isMore: read.isMore,
        ...table,
        ...read.reach,
      };
    });
  }
}
