import { isDomainError } from '@enlace/kernel';

import { doKeyDuties } from '../keys/do-duties.js';
import { takeHistory } from '../history/take-history.js';
import { eraseEnded } from './erase-ended.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';
import { putBeacon } from '../wire/thread-wire.js';

/**
 * Takes in what is new of a thread, sends what waited, does what there is to do about keys, and tells the others
 * how far this device has read. False for a thread that the server shows no more: what was read stays readable.
 */
export async function catchUp(work: ThreadWork, ports: ThreadPorts): Promise<boolean> {
  try {
    const { stoppedBy } = await work.pull();
    if (stoppedBy !== null || (await eraseEnded(work, ports))) return true;
    await work.settle();
    await doKeyDuties(work, ports);
    await takeHistory(work, ports);
    await sayBeacon(work, ports);
    return true;
  } catch (error) {
    if (work.view === null || !isDomainError(error, 'thread.not-found')) throw error;
    return false;
  }
}

/** A word that does not get through is said again with the next look. */
export async function sayBeacon(
  work: ThreadWork,
  { session }: Pick<ThreadPorts, 'session'>,
): Promise<void> {
  const beacon = await work.follower.sayBeacon();
  if (beacon === null || work.view === null) return;
  try {
    await putBeacon(session, work.view.threadId, beacon);
  } catch (error) {
    if (!isDomainError(error)) throw error;
  }
}
