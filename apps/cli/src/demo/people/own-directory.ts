import { setTimeout as pause } from 'node:timers/promises';
import type { Session } from '@enlace/client';
import type { Directory } from '@enlace/trust';

import { beginAccount } from '../../device/activate.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../../home/held-directory.js';

/** Statements are in a signed tree after a moment, and cosigned after another. In milliseconds. */
const PATIENCE_MS = 60_000;
const POLL_MS = 250;

/** Begins the account as soon as witnesses have seen the own certificates. */
export async function beginWhenWitnessed(home: EnrolledHome, session: Session): Promise<void> {
  await patiently('the own chain', async () => {
    const waitingFor = await beginAccount(home, session);
    return waitingFor === null ? true : null;
  });
}

/** The directory as the home holds it, verified against the signed log, once it shows what is waited for. */
export async function directoryShowing(
  home: EnrolledHome,
  session: Session,
  isShown: (directory: Directory) => boolean = () => true,
): Promise<Directory> {
  const replica = await openDirectory(home);
  return patiently('the directory', async () => {
    await syncDirectory(replica, session);
    return isShown(replica.directory) ? replica.directory : null;
  });
}

async function patiently<Found>(what: string, look: () => Promise<Found | null>): Promise<Found> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const found = await look();
    if (found !== null) return found;
    await pause(POLL_MS);
  }
  throw new Error(`waited in vain for ${what}`);
}
