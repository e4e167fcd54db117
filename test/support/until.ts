import { setTimeout as pause } from 'node:timers/promises';

/** How long a test waits for what must happen, and how often it looks. Milliseconds. */
const WAIT_MS = 60_000;
const LOOK_MS = 10;

/** Resolves once the condition holds. Throws when it does not in a minute. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += LOOK_MS) {
    if (waited >= WAIT_MS) throw new Error('it did not happen');
    await pause(LOOK_MS);
  }
}
