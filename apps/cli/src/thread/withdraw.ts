import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { readArgumentId, readSeq, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { handlingIn } from './handling-option.js';
import { tellAct } from './told-act.js';
import { withOwnThreads } from './own-threads.js';

/**
 * `enlace thread withdraw`: takes back what one wrote. With `--erase` its body goes as well, and a file that nothing
 * else names; whoever kept a copy outside keeps it.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, more, options } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const target = readSeq(more[0] ?? '', 'SEQ');
  const reason = requireText(options, 'reason');
  const handling = handlingIn(options);
  const isErasing = options.has('erase');
  return withOwnThreads(invocation, async ({ threads, ports }) => {
    const withdrawn = { target, reason, handling: handling(ports.device.self.personId) };
    const acted = await threads.withdraw(threadId, withdrawn, { isErasing });
    return tellAct(invocation, 'withdrawn', acted);
  });
}
