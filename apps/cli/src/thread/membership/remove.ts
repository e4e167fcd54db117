import type { PersonId, ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { tellAct } from '../told-act.js';
import { withOwnThreads } from '../own-threads.js';

/** `enlace thread remove`: by a steward; what the person could read until now stays readable to him. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const personId = readArgumentId<PersonId>(requireText(options, 'person'), '--person');
  return withOwnThreads(invocation, async ({ threads }) =>
    tellAct(invocation, 'removed', await threads.remove(threadId, personId)),
  );
}
