import {
  findOpinion,
  findRequestMove,
  isMoveOf,
  REQUEST_LIMITS,
  type Action,
  type AuditEvent,
  type RequestShown,
  type RequestsShown,
} from '@enlace/contracts';
import type {
  CreateRequestRequest,
  RequestReminderRequest,
  RequestsQuery,
  RequestStatusRequest,
} from '@enlace/contracts/dto';
import { parseBase64Url, parseId, type Clock, type RequestId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { RequestsRepository, type TrackedRequest } from './requests.repository.js';

type RequestMove = NonNullable<ReturnType<typeof findRequestMove>>;
type Opinion = 'opinion.requested' | 'opinion.given';
type Moved = 'request.shared' | 'request.frozen' | 'request.status-changed';
type Recorded = Moved | Opinion | 'request.created' | 'request.consulted' | 'request.reminder-set';

/** What a step says of an opinion, beside itself: who shares asks for one. */
const OPINION_EVENTS: Partial<Record<RequestShown['status'], Opinion>> = {
  shared: 'opinion.requested',
  opinion: 'opinion.given',
};

/** The tracking of requests for assistance: who may take which step, and nothing of what is asked. */
@Injectable()
export class Requests {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: RequestsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Begins a draft of the own State. The same request again finds it. Throws `request.conflict` when the id stands for
   * something else or the State is the own, `request.not-found` when it is somebody else's, or the earlier one is.
   */
  async create(act: ActContext, asked: CreateRequestRequest): Promise<RequestShown> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const { requestedState, previousRequestId = null } = asked;
      const requestId = parseId<RequestId>(asked.requestId);
      this.permissions.assert(at, 'request.create', {
        about: {
          type: 'request',
          id: requestId,
          ownerState: state,
          states: [state, requestedState].toSorted(),
          membership: 'member',
        },
      });
      if (requestedState === state) throw new Refusal('request.conflict');
      await this.#assertEarlier(at, asked);
      const begun = { requestId, requestedState, previousRequestId };
      const isNew = await this.repository.create(at.tx, begun, this.clock.nowMs());
      const found = await this.repository.find(at.tx, requestId);
      if (found === null) throw new Refusal('request.not-found');
      const { shown } = found;
      const isSame =
        shown.requestingState === state &&
        shown.requestedState === requestedState &&
        shown.previousRequestId === previousRequestId;
      if (!isNew && !isSame) throw new Refusal('request.conflict');
      const repeated = isNew ? {} : { reasonCode: 'repeated' };
      await this.#record(at, found, { type: 'request.created', fields: {}, ...repeated });
      return shown;
    });
  }

  /** The requests of the State that the person may know of, made or received. */
  async list(
    act: ActContext,
    { after = null }: { readonly after?: RequestsQuery['after'] | null },
  ) {
    return this.acts.run(act, async (at): Promise<RequestsShown> => {
      const { state, personId, officeId } = getSession(at);
      const obligations = this.permissions.assert(at, 'request.list-status', {
        about: { type: 'request', id: personId, ownerState: state, officeId },
      });
      // Who is owed numbers alone gets no rows.
      if (obligations.includes('aggregates-only')) throw new Refusal('access.denied');
      const page = { state, after, limit: REQUEST_LIMITS.page };
      const requests = await this.repository.list(at.tx, page);
      await this.audit.record(at, {
        type: 'request.listed',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: state },
        states: [state],
        fields: { count: requests.length },
      });
      return { requests };
    });
  }

  /** Throws `request.not-found`. */
  async show(act: ActContext, id: string): Promise<RequestShown> {
    return this.acts.run(act, async (at) => {
      const found = await this.#findFor(at, id, 'request.consult');
      await this.#record(at, found, { type: 'request.consulted', fields: {} });
      return found.shown;
    });
  }

  /**
   * One step. Throws `request.not-found`, what the policy refuses, and `request.step` for what is no step from where
   * the request stands, not one of this State, or one that says too much or too little. A further opinion is judged
   * and recorded likewise, and moves nothing.
   */
  async move(act: ActContext, id: string, asked: RequestStatusRequest): Promise<RequestShown> {
    return this.acts.run(act, async (at) => {
      const { from, to, reported = false } = asked;
      const move = moveOf(asked);
      const before = await this.#findFor(at, id, move?.action ?? 'request.consult');
      assertStep(move, before, { asked, state: getSession(at).state });
      const versionHash = asked.versionHash ?? null;
      const step = {
        from,
        to,
        isReported: reported,
        formalReference: asked.formalReference ?? null,
        versionHash: versionHash === null ? null : parseBase64Url(versionHash),
      };
      const nowMs = this.clock.nowMs();
      const isStep = from !== to;
      const isDone =
        !isStep || (await this.repository.move(at.tx, before.shown.requestId, { step, nowMs }));
      const after = await this.repository.find(at.tx, before.shown.requestId);
      if (!isDone || after === null) throw new Refusal('request.step');
      if (isStep) await this.#record(at, after, eventOf(after, asked));
      const opinion = OPINION_EVENTS[to];
      if (opinion !== undefined) {
        const { requestedState } = after.shown;
        await this.#record(at, after, { type: opinion, fields: { requestedState } });
      }
      return after.shown;
    });
  }

  /** Sets or takes away the day of the next reminder. Throws `request.not-found`. */
  async remind(
    act: ActContext,
    id: string,
    { nextReminderOn }: RequestReminderRequest,
  ): Promise<RequestShown> {
    return this.acts.run(act, async (at) => {
      const { shown } = await this.#findFor(at, id, 'request.remind');
      const isDone = await this.repository.remind(at.tx, shown.requestId, nextReminderOn);
      const after = await this.repository.find(at.tx, shown.requestId);
      if (!isDone || after === null) throw new Refusal('request.not-found');
      const fields = {
        ...(shown.nextReminderOn === null ? {} : { before: shown.nextReminderOn }),
        ...(nextReminderOn === null ? {} : { after: nextReminderOn }),
      };
      // The day is the requesting State's alone, and so is its record.
      const own = { ...after, isDisclosed: false };
      await this.#record(at, own, { type: 'request.reminder-set', fields });
      return after.shown;
    });
  }

  async #assertEarlier(
    at: ActTransaction,
    { previousRequestId, requestedState }: CreateRequestRequest,
  ) {
    if (previousRequestId === undefined) return;
    const earlier = await this.#findFor(at, previousRequestId, 'request.consult');
    const isOwn = earlier.shown.requestingState === getSession(at).state;
    if (!isOwn || earlier.shown.requestedState !== requestedState) {
      throw new Refusal('request.not-found');
    }
  }

  async #findFor(at: ActTransaction, id: string, action: Action): Promise<TrackedRequest> {
    const found = await this.repository.find(at.tx, parseId<RequestId>(id));
    if (found === null) throw new Refusal('request.not-found');
    const { requestId, requestingState } = found.shown;
    this.permissions.assert(at, action, {
      about: {
        type: 'request',
        id: requestId,
        ownerState: requestingState,
        states: statesOf(found),
        officeId: found.officeId,
        // Whoever may know of a row takes part in the request.
        membership: 'member',
      },
      absent: 'request.not-found',
    });
    return found;
  }

  async #record<Type extends Recorded>(
    at: ActTransaction,
    found: TrackedRequest,
    said: Pick<AuditEvent<Type>, 'type' | 'fields' | 'reasonCode'>,
  ): Promise<void> {
    const { requestId, requestingState } = found.shown;
    await this.audit.record(at, {
      ...said,
      outcome: 'success',
      object: { type: 'request', id: requestId, ownerState: requestingState },
      states: statesOf(found),
      requestId,
    });
  }
}

function moveOf({ from, to }: RequestStatusRequest): RequestMove | null {
  return to === 'opinion' ? findOpinion(from) : findRequestMove(from, to);
}

/** Until it is shared or sent, a request is the matter of the State that drafts it. */
function statesOf({
  shown,
  isDisclosed,
}: TrackedRequest): readonly RequestShown['requestingState'][] {
  return isDisclosed
    ? [shown.requestingState, shown.requestedState].toSorted()
    : [shown.requestingState];
}

function assertStep(
  move: RequestMove | null,
  { shown }: TrackedRequest,
  { asked, state }: { readonly asked: RequestStatusRequest; readonly state: string },
): asserts move is RequestMove {
  const side = shown.requestingState === state ? 'requesting' : 'requested';
  const isStep =
    move !== null && shown.status === asked.from && isMoveOf(move, side, asked.reported === true);
  const hasVersion = asked.to === 'shared' || asked.to === 'frozen';
  const isWhole =
    (asked.versionHash !== undefined) === hasVersion &&
    (asked.formalReference === undefined || asked.to === 'formalised');
  if (!isStep || !isWhole) throw new Refusal('request.step', { facts: { status: shown.status } });
}

/** What a step is on record as. */
function eventOf(
  { shown }: TrackedRequest,
  { from, to, formalReference, versionHash = '', reported }: RequestStatusRequest,
): Pick<AuditEvent<Moved>, 'type' | 'fields'> {
  if (to === 'shared') {
    const { requestedState } = shown;
    return { type: 'request.shared', fields: { requestedState, versionHash } };
  }
  if (to === 'frozen') return { type: 'request.frozen', fields: { versionHash } };
  const fields = {
    before: from,
    after: to,
    ...(formalReference === undefined ? {} : { reference: formalReference }),
    ...(reported === true ? { reported } : {}),
  };
  return { type: 'request.status-changed', fields };
}
