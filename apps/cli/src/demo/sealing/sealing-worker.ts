import { parentPort } from 'node:worker_threads';

import { seal, type SealingJob } from './sealing-job.js';

/** A thread that seals one thing after the other, for `SealingPool`. */
parentPort?.on('message', (job: SealingJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
  void seal(job).then((sealed) => parentPort?.postMessage(sealed));
});
