import {
  REQUEST_LIMITS,
  REQUEST_STATUSES,
  ROUTES,
  STATES,
  type RequestShown,
  type State,
} from '@enlace/contracts';
import { newRandomId, type JsonValue, type Random, type RequestId } from '@enlace/kernel';

import { declarePurpose } from '../session/declare-purpose.js';
import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import { AnswerFields } from '../transport/answer-fields.js';

const fields = new AnswerFields('request');

/** What a tracked request begins with: two States and an id. What is asked stays with its members. */
export interface RequestOpening {
  readonly requestId: RequestId;
  readonly requestedState: State;
  readonly previousRequestId?: RequestId;
}

/** A step, with what it says in clear. */
export interface RequestStepAsked {
  readonly from: RequestShown['status'];
  readonly to: RequestShown['status'];
  readonly formalReference?: string;
  /** SHA-256 of a salt and the version, in base64url. */
  readonly versionHash?: string;
  /** The requesting State tells what the requested one did. */
  readonly reported?: boolean;
}

/** The id of a request that is about to begin; sent again under it, it begins once. It tells no time. */
export function newRequestId(random: Random): RequestId {
  return newRandomId<RequestId>(random);
}

/** Begins the tracking of a draft. Throws the refusal of the server, `client.answer-malformed`. */
export async function createRequest(
  session: Session,
  opening: RequestOpening,
): Promise<RequestShown> {
  const request = { method: 'POST', path: ROUTES.requests, body: { ...opening } } as const;
  return readRequest(await session.request(request, 'act'), opening.requestId);
}

/** The requests of the State that the person may know of, made or received. */
export async function listRequests(session: Session): Promise<readonly RequestShown[]> {
  const found: RequestShown[] = [];
  for (;;) {
    const last = found.at(-1);
    const query = last === undefined ? {} : { query: { after: last.requestId } };
    const request = { method: 'GET', path: ROUTES.requests, ...query } as const;
    const { requests } = fields.object(await session.request(request, 'act'));
    const page = fields.list(requests, REQUEST_LIMITS.page).map((one) => readRequest(one));
    found.push(...page);
    // Ordered, none twice: a server that goes round in circles does not keep a client for ever.
    const isOrdered = found.every(
      (one, at) => at === 0 || one.requestId < (found[at - 1]?.requestId ?? ''),
    );
    if (!isOrdered) fields.refuse();
    if (page.length < REQUEST_LIMITS.page) return found;
  }
}

export async function showRequest(session: Session, requestId: RequestId): Promise<RequestShown> {
  const path = ROUTES.requestShown.replace(':id', requestId);
  return readRequest(await session.request({ method: 'GET', path }, 'act'), requestId);
}

/**
 * Takes a step. To export takes a second factor and a declared purpose; every other step takes neither. Throws the
 * refusal of the server.
 */
export async function moveRequest(
  session: Session,
  requestId: RequestId,
  { step, show }: { readonly step: RequestStepAsked; readonly show: ShowPresence },
): Promise<RequestShown> {
  const path = ROUTES.requestStatus.replace(':id', requestId);
  const request = { method: 'POST', path, body: { ...step } } as const;
  if (step.to !== 'exported') return readRequest(await session.request(request, 'act'), requestId);
  const headings = await declarePurpose(session, { purpose: 'mla-preparation' });
  const about = { action: 'request.export', objectId: requestId } as const;
  return readRequest(
    await session.requestElevated({ ...request, headings }, about, show),
    requestId,
  );
}

/** Sets the day of the next reminder; null takes it away. */
export async function remindOfRequest(
  session: Session,
  requestId: RequestId,
  nextReminderOn: string | null,
): Promise<RequestShown> {
  const path = ROUTES.requestReminder.replace(':id', requestId);
  const request = { method: 'PUT', path, body: { nextReminderOn } } as const;
  return readRequest(await session.request(request, 'act'), requestId);
}

// Attacker-controlled: the whole answer. A status that the server claims decides nothing about the draft itself.
function readRequest(value: JsonValue, asked?: RequestId): RequestShown {
  const told = fields.object(value);
  const shown: RequestShown = {
    requestId: fields.id<RequestId>(told['requestId']),
    requestingState: fields.oneOf(told['requestingState'], STATES),
    requestedState: fields.oneOf(told['requestedState'], STATES),
    status: fields.oneOf(told['status'], REQUEST_STATUSES),
    statusAt: fields.text(told['statusAt'], 32),
    formalReference: orNull(told['formalReference'], (text) =>
      fields.text(text, REQUEST_LIMITS.referenceCharacters),
    ),
    versionHash: orNull(told['versionHash'], (text) => fields.text(text, 43)),
    nextReminderOn: orNull(told['nextReminderOn'], (text) => fields.text(text, 10)),
    previousRequestId: orNull(told['previousRequestId'], (id) => fields.id<RequestId>(id)),
  };
  fields.instant(told['statusAt']);
  return asked === undefined || shown.requestId === asked ? shown : fields.refuse();
}

function orNull<Value>(
  told: JsonValue | undefined,
  read: (value: JsonValue) => Value,
): Value | null {
  return told === null || told === undefined ? null : read(told);
}
