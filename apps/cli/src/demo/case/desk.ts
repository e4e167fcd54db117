import { Threads } from '@enlace/client';
import type { Directory } from '@enlace/trust';

import { openDirectory, syncDirectory } from '../../home/held-directory.js';
import { threadPortsOf } from '../../thread/own-threads.js';
import type { SignedIn } from '../people/contacts.js';
import { directoryShowing } from '../people/own-directory.js';

/** Somebody of the demo at work in threads. */
export interface Desk {
  readonly person: SignedIn;
  readonly threads: Threads;
}

/** Sits down to threads once the own directory shows what is waited for, as a command would find it. */
export async function deskOf(
  person: SignedIn,
  isShown: (directory: Directory) => boolean,
): Promise<Desk> {
  const { seat, session } = person;
  await directoryShowing(seat.enrolled, session, isShown);
  const replica = await openDirectory(seat.enrolled);
  await syncDirectory(replica, session);
  return { person, threads: new Threads(threadPortsOf(seat.enrolled, session, replica)) };
}
