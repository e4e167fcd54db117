import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { tellAct } from '../told-act.js';
import { withOwnThreads } from '../own-threads.js';

/** `enlace thread leave`: the server delivers nothing more; the next member who writes takes the keys away. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const threadId = readArgumentId<ThreadId>(invocation.argument, 'THREAD');
  return withOwnThreads(invocation, async ({ threads }) =>
    tellAct(invocation, 'left', await threads.leave(threadId)),
  );
}
