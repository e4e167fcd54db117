import {
  AUDIT_SEARCH_LIMITS,
  type AuditEventFound,
  type AuditEventsFound,
} from '@enlace/contracts';
import type { AuditSearchRequest } from '@enlace/contracts/dto';
import { parseId, type CaseId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { EventReading } from '../reading/event-reading.repository.js';
import { askedIn } from '../reading/asked-words.js';
import { ReadingRights } from '../reading/reading-rights.js';
import type { ReadEvent } from '../reading/read-event.js';
import { shownEvent } from '../reading/shown-event.js';
import { makeCursor, openCursor } from './search-cursor.js';
import { SearchRepository } from './search.repository.js';

/** Auditors search the record, for a purpose, and are in it for having searched. */
@Injectable()
export class AuditSearches {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly reading: EventReading,
    private readonly repository: SearchRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /** One page. Throws `access.denied`, `purpose.required`, `body.malformed` for a cursor of another search. */
  async search(act: ActContext, request: AuditSearchRequest): Promise<AuditEventsFound> {
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.search');
      const before = openCursor(act, request);
      const { limit = AUDIT_SEARCH_LIMITS.defaultRows } = request;
      const page = await this.reading.inSession(
        sidHash,
        async (tx, reader) => {
          const ids = await this.repository.findIds(tx, request, { before, limit });
          const found = await this.reading.findEvents(tx, reader, ids.slice(0, limit));
          // A page that holds all there is needs no counting.
          const counted = ids.length <= limit ? ids.length : null;
          const total =
            before === null ? (counted ?? (await this.repository.count(tx, request))) : null;
          return { ids, found, total, reach: await this.reading.findReach(tx, reader) };
        },
        act.why,
      );
      await this.#recordSearch(at, request, page.found);
      const last = page.ids.length > limit ? page.ids[limit - 1] : undefined;
      return {
        events: page.found.map(shownEvent),
        cursor: last === undefined ? null : makeCursor(act, request, last),
        total: page.total === null ? null : totalOf(page.total),
        ...page.reach,
      };
    });
  }

  /** One event. Throws `event.not-found` also for one that is not for this reader. */
  async show(act: ActContext, eventId: string): Promise<AuditEventFound> {
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.view');
      const { event, reach } = await this.reading.inSession(
        sidHash,
        async (tx, reader) => {
          const [found] = await this.reading.findEvents(tx, reader, [eventId]);
          return { event: found, reach: await this.reading.findReach(tx, reader) };
        },
        act.why,
      );
      if (event === undefined) throw new Refusal('event.not-found');
      await this.audit.record(at, {
        type: 'audit.viewed',
        outcome: 'success',
        object: { type: 'audit', id: eventId, ownerState: getSession(at).state },
        states: [getSession(at).state],
        ...(event.caseId === null ? {} : { caseId: event.caseId }),
        fields: { view: 'event', rows: 1, ...askedIn(at, { event: eventId }, [event]) },
      });
      return { event: shownEvent(event), ...reach };
    });
  }

  /** A search about a case is on record with it: whoever asks who looked at a case, finds the auditors too. */
  async #recordSearch(
    at: ActTransaction,
    request: AuditSearchRequest,
    found: readonly ReadEvent[],
  ): Promise<void> {
    const { state } = getSession(at);
    await this.audit.record(at, {
      type: 'audit.searched',
      outcome: 'success',
      object: { type: 'audit', id: 'searches', ownerState: state },
      states: [state],
      ...(request.case === undefined ? {} : { caseId: parseId<CaseId>(request.case) }),
      fields: { rows: found.length, ...askedIn(at, request, found) },
    });
  }
}

function totalOf(count: number) {
  const { counted } = AUDIT_SEARCH_LIMITS;
  return { count: Math.min(count, counted), isMore: count > counted };
}
