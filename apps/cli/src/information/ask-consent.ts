import { Consents } from '@enlace/client';
import { findText, readSeq, readState, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { tellAct } from '../thread/told-act.js';
import { ownStateIn } from '../thread/own-threads.js';
import { threadIn, withOwnInformation } from './own-information.js';

/**
 * `enlace info ask-consent THREAD --entry SEQ`: asks the State that wrote an entry whether it may be cited as evidence
 * here or, with `--onward`, go on to another State.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const threadId = threadIn(invocation);
  const seq = readSeq(requireText(options, 'entry'), '--entry');
  const [onward, why] = [findText(options, 'onward'), findText(options, 'reason')];
  const to = onward === null ? null : readState(onward, '--onward');
  return withOwnInformation(invocation, async ({ ports, threads }) => {
    const asked = {
      seq,
      ...(to === null
        ? ({ scope: 'evidence', state: ownStateIn(ports) } as const)
        : ({ scope: 'onward', state: to } as const)),
      exculpatory: false,
      ...(why === null ? {} : { why }),
    };
    return tellAct(invocation, 'consent-asked', {
      ...(await new Consents(ports, threads).ask(threadId, asked)),
    });
  });
}
