import { startWorker } from '../trusted-types.js';
// oxlint-disable-next-line import/default -- the address of the script, made by the build
import workerUrl from '../worker/crypto.worker.ts?worker&url';
import { WorkerRefused } from './worker-errors.js';

/** Written by the build over this text: SHA-384 of the script of the worker. */
const WORKER_INTEGRITY = 'sha384-of-the-worker';

/**
 * Starts the worker of this build. Browsers check the integrity of no worker script, so the page fetches it first with
 * the hash that was compiled in, and the worker then comes from the cache. Between the two a gap stays; a worker from a
 * `blob:` address would close it and weaken the policy for everything else. Throws `client.worker-refused`.
 */
export async function launchWorker(): Promise<Worker> {
  if (!import.meta.env.DEV) {
    const options = { integrity: WORKER_INTEGRITY, cache: 'force-cache' } as const;
    // oxlint-disable-next-line no-restricted-globals -- an own static file; the API is called by the worker alone
    const response = await fetch(workerUrl, { ...options, credentials: 'omit' }).catch(
      (cause: unknown) => {
        throw new WorkerRefused('the script of the worker is not the one of this build', { cause });
      },
    );
    if (!response.ok) throw new WorkerRefused('the script of the worker is missing');
  }
  return startWorker(workerUrl);
}
