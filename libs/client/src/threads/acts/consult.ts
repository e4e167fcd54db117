import { ROUTES } from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';

import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';
import { declaredPurpose } from './declared-purpose.js';

/** The rule that lets nobody do anything with a thread that was shredded. */
const SHREDDED = 'S-003';

/**
 * Puts on record, with its purpose, that what is held of a thread is about to be shown. Whoever is no member yet, or no
 * more, consults nothing that the record could name. Throws the refusal of the server: what was not recorded is not
 * shown.
 */
export async function recordConsultation(
  { view, follower }: ThreadWork,
  { session, device }: Pick<ThreadPorts, 'session' | 'device'>,
): Promise<void> {
  const { personId: own } = device.self;
  const isMember = view?.members?.state.members.some(({ personId }) => personId === own) === true;
  if (view === null || !isMember) return;
  const entries = await follower.shelf.entries(view.threadId);
  const [first, last] = [entries.at(0), entries.at(-1)];
  if (first === undefined || last === undefined) return;
  const headings = await declaredPurpose(session, view);
  const path = ROUTES.threadConsultations.replace(':id', view.threadId);
  const body = { firstSeq: first.seq, lastSeq: last.seq };
  try {
    await session.request({ method: 'POST', path, body, headings }, 'act');
  } catch (error) {
    if (!isOfShredded(error)) throw error;
  }
}

/** Of a thread whose content is destroyed nothing is consulted: what is left says why. */
function isOfShredded(error: unknown): boolean {
  return isDomainError(error, 'access.denied') && error.facts['ruleId'] === SHREDDED;
}
