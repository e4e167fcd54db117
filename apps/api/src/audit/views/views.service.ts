import { AUDIT_VIEW_LIMITS, type AuditViewName, type AuditViewShown } from '@enlace/contracts';
import type { AuditViewQuery } from '@enlace/contracts/dto';
import { parseId, type CaseId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { EventReading } from '../reading/event-reading.repository.js';
import { askedIn, wordsOf } from '../reading/asked-words.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { SearchRepository } from '../search/search.repository.js';
import { officeZones } from './office-zones.js';
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
    private readonly directory: DirectoryLog,
  ) {}

  /** Throws `access.denied`, `purpose.required`, `body.malformed` for a question about nobody. */
  async show(act: ActContext, view: AuditViewName, query: AuditViewQuery): Promise<AuditViewShown> {
    const { types, needs, standing, tableOf } = VIEWS[view];
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.view');
      if (needs.some((name) => query[name] === undefined)) throw new Refusal('body.malformed');
      const limit = AUDIT_VIEW_LIMITS.events;
      const read = await this.reading.inSession(
        sidHash,
        async (tx, reader) => {
          const search = Object.assign({ types }, query);
          const page = { before: null, limit };
          const ids = await this.searches.findIds(tx, search, page);
          const events = await this.reading.findEvents(tx, reader, ids.slice(0, limit));
          // Whoever was suspended before the time that is asked about is suspended in it.
          const until = query.to === undefined ? {} : { to: query.to };
          const sought = { types: standing ?? [], ...until };
          const held = standing === undefined ? [] : await this.searches.findIds(tx, sought, page);
          const known = await this.reading.findEvents(tx, reader, held.slice(0, limit));
          const reach = await this.reading.findReach(tx, reader);
          const isMore = ids.length > limit || held.length > limit;
          return { events, known, reach, isMore };
        },
        act.why,
      );
      const zones = officeZones(await this.directory.current(at.tx));
      const [events, known] = [read.events, read.known].map((all) =>
        all.map((event) => viewEvent(event, zones)).toReversed(),
      );
      const table = tableOf(events ?? [], known ?? []);
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
