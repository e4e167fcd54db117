import { rolesFor, type RequestShown } from '@enlace/contracts';
import { remindersOf, type IsoDate, type PackSet, type RequestReminders } from '@enlace/mla';

import type { Session } from '../session/session.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { certifiedRoles } from './certified-roles.js';
import { heldRequests, type HeldRequest } from './held-requests.js';
import { RequestOpinions } from './request-opinions.js';
import { leftIn, requestIn } from './request-schema.js';
import { remindOfRequest } from './tracking.js';

const MAY_REMIND = rolesFor('request.remind');

/** A tracked request, with what its draft reminds of; null where no draft of it was read here. */
export interface RemindedRequest {
  readonly tracked: RequestShown;
  readonly reminders: RequestReminders | null;
}

/**
 * What drafts that were read here remind of, by where their requests stand. The next day goes to the server, without a
 * reason: whoever has no client open gets a notice of it. A day that stands there and comes no later stays. Throws the
 * refusal of the server, `client.*`.
 */
export async function remindedRequests(
  by: { readonly ports: ThreadPorts; readonly session: Session },
  requests: readonly RequestShown[],
  ground: { readonly packs: PackSet; readonly today: IsoDate },
): Promise<readonly RemindedRequest[]> {
  const { ports } = by;
  const held = await heldRequests(ports);
  const reminded: RemindedRequest[] = [];
  for (const tracked of requests) {
    const of = held.filter(({ requestId }) => requestId === tracked.requestId);
    const draft = of.find(({ kind }) => kind === 'draft');
    const request = draft === undefined ? null : requestIn(draft.record.value);
    if (draft === undefined || request === null) {
      reminded.push({ tracked, reminders: null });
      continue;
    }
    const standing = {
      status: tracked.status,
      statusOn: tracked.statusAt.slice(0, 10),
      opinionsUntil: await opinionsUntil(ports, draft, of),
    };
    const reminders = remindersOf(request, standing, ground);
    reminded.push({ tracked: await keepNext(by, tracked, { ...ground, reminders }), reminders });
  }
  return reminded;
}

/** Days until which opinions hold, on what was shared of this draft and was read here. */
async function opinionsUntil(
  ports: ThreadPorts,
  { record: { value } }: HeldRequest,
  held: readonly HeldRequest[],
): Promise<readonly string[]> {
  const left = new Set(leftIn(value).map(({ recordId }) => recordId));
  const shared = held.filter(
    ({ kind, record: { place } }) => kind === 'shared' && left.has(place.recordId),
  );
  const opinions = new RequestOpinions(ports);
  const given = await Promise.all(shared.map(async ({ record }) => opinions.on(record)));
  return given.flat().flatMap(({ opinion: { validUntil } }) => validUntil ?? []);
}

async function keepNext(
  { session, ports }: { readonly ports: ThreadPorts; readonly session: Session },
  tracked: RequestShown,
  { reminders: { next }, today }: { readonly reminders: RequestReminders; readonly today: IsoDate },
): Promise<RequestShown> {
  const { nextReminderOn: kept, requestId } = tracked;
  const stands = next === null || (kept !== null && kept > today && kept <= next);
  const roles = certifiedRoles(ports.directory(), ports.device.self.personId);
  const may = roles.some((role) => MAY_REMIND.has(role));
  return stands || !may ? tracked : remindOfRequest(session, requestId, next);
}
