import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { tellAct } from '../told-act.js';
import { withOwnThreads } from '../own-threads.js';

/**
 * `enlace thread join`: takes the device into the group of a thread, by an invitation of the person, or as a further
 * device of a member.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const threadId = readArgumentId<ThreadId>(invocation.argument, 'THREAD');
  return withOwnThreads(invocation, async ({ threads }) =>
    tellAct(invocation, 'joined', await threads.join(threadId)),
  );
}
