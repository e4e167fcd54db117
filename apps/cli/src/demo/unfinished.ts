import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { findClusterProcess, findEntries } from '../server/data-folder.js';
import { DEMO_FOLDER } from '../server/demo-folder.js';
import { LOCK_FILE } from '../home/home-lock.js';
import type { DemoLayout } from './layout.js';

/** A server whose command was killed ends by itself, within its own 10 s for acts under way. In milliseconds. */
const LAST_SERVER_MS = 15_000;
const POLL_MS = 100;

/** Whether a first start was cut short here: there is something, and no record that it is whole. */
export function isUnfinished(layout: DemoLayout): boolean {
  return leftIn(layout).length > 0;
}

/**
 * Takes away what a first start left that was cut short, so that the next one begins from nothing: nobody was ever told
 * of it. `endCluster` starts and stops the server, which takes over a database that outlived the last one.
 */
export async function clearUnfinished(
  layout: DemoLayout,
  endCluster: () => Promise<void>,
): Promise<void> {
  const { data } = layout;
  for (let waitedMs = 0; findClusterProcess(data) !== null; waitedMs += POLL_MS) {
    if (waitedMs >= LAST_SERVER_MS) {
      rmSync(layout.trustStore, { force: true });
      await endCluster();
      break;
    }
    await pause(POLL_MS);
  }
  for (const path of leftIn(layout)) rmSync(path, { recursive: true });
}

/** Everything in the folder of the demo but its mark, and the lock of whoever asks. */
function leftIn({ data, folder }: DemoLayout): readonly string[] {
  const below = (parent: string, kept: string) =>
    (findEntries(parent) ?? []).filter((name) => name !== kept).map((name) => join(parent, name));
  return [...below(data, DEMO_FOLDER), ...below(folder, LOCK_FILE)];
}
