import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { readArgumentId, readSeq } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { tellAct } from './told-act.js';
import { withOwnThreads } from './own-threads.js';

const LATE: Text = {
  es: 'Llegó después del plazo ({deadline}).',
  en: 'It came after the deadline ({deadline}).',
};

/**
 * `enlace thread acknowledge`: the acuse de recibo that an entry asks for. Given once, however often it is said; ends
 * with 1 when the log has it after the deadline.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, more, terminal, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const asking = readSeq(more[0] ?? '', 'SEQ');
  return withOwnThreads(invocation, async ({ threads }) => {
    const given = await threads.acknowledge(threadId, asking);
    tellAct(invocation, 'acknowledged', given);
    const { deadline, isLate } = given;
    if (isLate) writeLine(terminal.errors, fillText(LATE[language], { deadline }));
    return isLate ? EXIT.reservations : EXIT.done;
  });
}
