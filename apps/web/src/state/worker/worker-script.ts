import { startWorker } from '../../trusted-types.js';
// oxlint-disable-next-line import/default -- the address of the script, made by the build
import workerUrl from '../../worker/crypto.worker.ts?worker&url';
import { WorkerRefused } from './worker-errors.js';

/** Written by the build over these texts: the scripts of the worker, `path SHA-384`, those of one text apart by `|`. */
const SCRIPTS = {
  atStart: 'scripts-of-the-worker',
  onDemand: 'scripts-on-demand',
  printing: 'scripts-for-printing',
} as const;

/** What the worker fetches for some operations only: many of them, and what prints a PDF, which is as much again. */
export type ScriptsOnDemand = Exclude<keyof typeof SCRIPTS, 'atStart'>;

/** Of the worker that was launched last. */
const checked = new Map<ScriptsOnDemand, Promise<void>>();

/**
 * Starts the worker of this build. Browsers check the integrity of no script of a worker, so the page fetches them
 * first with the hashes that were compiled in, and the worker then gets them from the cache. Between the two a gap
 * stays; a worker from a `blob:` address would close it and weaken the policy for everything else. Throws
 * `client.worker-refused`.
 */
export async function launchWorker(): Promise<Worker> {
  // Another worker fetches its scripts again: what was found of those of the one before says nothing of them.
  checked.clear();
  await checkScripts('atStart');
  return startWorker(workerUrl);
}

/** The same for what the worker fetches when it is first asked for it. Throws `client.worker-refused`. */
export async function checkScriptsOnDemand(which: ScriptsOnDemand): Promise<void> {
  const checking = checked.get(which) ?? checkScripts(which);
  checked.set(which, checking);
  try {
    await checking;
  } catch (error) {
    checked.delete(which);
    throw error;
  }
}

async function checkScripts(when: keyof typeof SCRIPTS): Promise<void> {
  if (import.meta.env.DEV) return;
  await Promise.all(SCRIPTS[when].split('|').map(checkScript));
}

async function checkScript(script: string): Promise<void> {
  const [path = '', integrity = ''] = script.split(' ');
  const options = { integrity, cache: 'force-cache', credentials: 'omit' } as const;
  // oxlint-disable-next-line no-restricted-globals -- an own static file; the API is called by the worker alone
  const response = await fetch(path, options).catch((cause: unknown) => {
    throw new WorkerRefused('a script of the worker is not the one of this build', { cause });
  });
  if (!response.ok) throw new WorkerRefused('a script of the worker is missing');
}
