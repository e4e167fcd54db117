import { DomainError, newId, type Branded } from '@enlace/kernel';

import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';
import { keyDuties } from './key-duties.js';

/** Duties of one look at a thread; what is left is done with the next. */
const ROUNDS_MOST = 8;

type RequestId = Branded<string, 'RequestId'>;

/**
 * Does what there is to do about keys in a thread that was read to its end. What must not be done now, or is refused,
 * is left: the thread is read all the same. Throws what accuses somebody.
 */
export async function doKeyDuties(
  work: ThreadWork,
  { clock, random }: Pick<ThreadPorts, 'clock' | 'random'>,
): Promise<void> {
  const newRequestId = () => newId<RequestId>(clock, random);
  try {
    for (let rounds = 0; rounds < ROUNDS_MOST; rounds += 1) {
      const { view, follower } = work;
      if (view === null) return;
      const entries = await follower.shelf.entries(view.threadId);
      const [duty] = keyDuties(view, entries, newRequestId);
      if (duty === undefined) return;
      await work.act(duty);
    }
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'integrity') throw error;
  }
}
