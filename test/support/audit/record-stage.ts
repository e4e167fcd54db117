import type { AuditEvent, AuditObject, RecordableType, StateCode } from '@enlace/contracts';
import {
  parseId,
  type CaseId,
  type EventId,
  type PersonId,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import { officeId, plantSession, testId } from '@enlace/testing';

import { Acts } from '../../../apps/api/src/platform/access/acts.js';
import type { SessionHash } from '../../../apps/api/src/platform/database/database.js';
import { Sequencer } from '../../../apps/api/src/platform/sequencer/sequencer.js';
import { AuditRecorder } from '../../../apps/api/src/platform/tlog/audit-recorder.js';
import { anAct } from '../people/recorded-acts.js';
import { SeatedDevice, seatOf, type Seat } from '../sessions/seated-device.js';
import type { SessionServer } from '../sessions/session-server.js';

/** The case that the stories are about. */
export const CASE = parseId<CaseId>(testId('case', 4));

const INTEGRATED_SQL = `
SELECT FROM audit.streams s JOIN audit.logs l USING (log_id)
  JOIN audit.log_checkpoints c ON c.log_id = l.log_id AND c.size = l.size
 WHERE s.stream = 'audit' AND NOT EXISTS (SELECT FROM audit.outbox o WHERE o.stream = 'audit')`;

/** What somebody did, past the doors that do not exist yet: through the recorder of the running server. */
export interface Deed<Type extends RecordableType = RecordableType> {
  readonly by: string;
  readonly type: Type;
  readonly fields: AuditEvent<Type>['fields'];
  readonly with?: readonly StateCode[];
  readonly ownerState?: StateCode;
  readonly caseId?: CaseId | null;
  readonly objectId?: string;
  readonly threadId?: ThreadId;
  readonly requestId?: RequestId;
  readonly outcome?: AuditEvent['outcome'];
  readonly ip?: string;
  readonly reasonText?: string;
}

/** Writes what the people of the region did into the record of a server, and lets auditors ask. */
export class RecordStage {
  readonly #seats = new Map<string, SeatedDevice>();
  readonly #sessions = new Map<string, SessionHash>();

  constructor(readonly api: SessionServer) {}

  async record<Type extends RecordableType>(deed: Deed<Type>): Promise<EventId> {
    const { state } = seatOf(deed.by);
    const { ownerState = state, caseId = CASE } = deed;
    // The object of a type is the word before its point.
    const [objectType]: [AuditObject] = Object(deed.type.split('.'));
    // Events of one millisecond have no order.
    this.api.clock.ms += 1_000;
    const act = anAct({
      sidHash: await this.#sessionOf(deed.by),
      declared: [deed.type],
      target: 'GET /planted',
      where: { ip: deed.ip ?? '203.0.113.7', userAgent: 'enlace/1' },
      why: { purpose: 'investigation', declarationId: testId('declaration', 7) },
    });
    const acts = this.api.server.app.get(Acts, { strict: false });
    const audit = this.api.server.app.get(AuditRecorder, { strict: false });
    const { eventId } = await acts.run(act, async (at) =>
      audit.record(at, {
        type: deed.type,
        outcome: deed.outcome ?? 'success',
        object: { type: objectType, id: deed.objectId ?? CASE, ownerState },
        states: [...new Set([state, ownerState, ...(deed.with ?? [])])].toSorted(),
        ...(caseId === null ? {} : { caseId }),
        ...(deed.threadId === undefined ? {} : { threadId: deed.threadId }),
        ...(deed.requestId === undefined ? {} : { requestId: deed.requestId }),
        fields: deed.fields,
        ...(deed.reasonText === undefined ? {} : { why: { reasonText: deed.reasonText } }),
      }),
    );
    return eventId;
  }

  /** Waits until everything recorded so far has its place in the log, under a signed checkpoint. */
  async integrate(): Promise<void> {
    const sequencer = this.api.server.app.get(Sequencer, { strict: false });
    for (;;) {
      while (await sequencer.tick('audit'));
      // While the server's own tick leads, this one does nothing.
      const whole = await this.api.database.asAdmin(INTEGRATED_SQL);
      if (whole.length > 0) return;
    }
  }

  /** A device of this person with a purpose to audit. */
  async auditor(who: Seat | string): Promise<AskingDevice> {
    const device = await this.seat(who);
    const declared = await device.send({
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'audit' },
    });
    return new AskingDevice(device, { 'enlace-purpose': declared.body.declarationId });
  }

  async seat(who: Seat | string): Promise<SeatedDevice> {
    const seat = typeof who === 'string' ? seatOf(who) : who;
    const known = this.#seats.get(seat.name) ?? (await SeatedDevice.at(this.api, seat));
    this.#seats.set(seat.name, known);
    return known;
  }

  async #sessionOf(slug: string): Promise<SessionHash> {
    const known = this.#sessions.get(slug);
    if (known !== undefined) return known;
    const { state, roles, officeId: office } = seatOf(slug);
    const personId = parseId<PersonId>(testId(slug, 4));
    const planted = await plantSession(this.api.database, {
      state,
      roles,
      personId,
      officeId: office ?? officeId(state, 'specialised'),
    });
    // A planted session has no other way to its brand than any.
    const { sidHash }: { sidHash: SessionHash } = Object(planted);
    this.#sessions.set(slug, sidHash);
    return sidHash;
  }
}

/** An auditor at work. */
export class AskingDevice {
  constructor(
    readonly device: SeatedDevice,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  async search(filter: object) {
    return this.device.send({
      method: 'POST',
      path: '/audit/searches',
      body: filter,
      headers: this.headers,
    });
  }

  async get(path: string) {
    return this.device.send({ path, headers: this.headers });
  }

  /** After a second factor for this body. */
  async postElevated(
    path: string,
    body: object,
    about: Parameters<SeatedDevice['sendElevated']>[1],
  ) {
    const sending = { method: 'POST', path, body, headers: this.headers } as const;
    return this.device.sendElevated(sending, about);
  }
}
