import type { Telling } from '@enlace/client';
import { HANDLING_CODES } from '@enlace/contracts';
import { findText, readState, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { tellAct } from '../thread/told-act.js';
import { findEndOfDay, threadIn, withOwnInformation, wordIn } from './own-information.js';

/**
 * `enlace info tell`: spontaneous information (UNTOC, article 18(4)). What is asked not to be done with it binds
 * whoever takes it in (18(5); Protocol, article 10(2)).
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const threadId = threadIn(invocation);
  const restrictions = findText(options, 'restrictions');
  const expiresOn = findEndOfDay(invocation, 'expires');
  const concerns = requireText(options, 'concerns').split(',');
  const telling: Telling = {
    summary: requireText(options, 'text'),
    states: concerns.map((state) => readState(state, '--concerns')),
    exculpatory: options.has('exculpatory'),
    handling: wordIn(invocation, 'handling', ['EN1', ...HANDLING_CODES]),
    ...(restrictions === null ? {} : { restrictions }),
    ...(expiresOn === null ? {} : { expiresOn }),
  };
  return withOwnInformation(invocation, async ({ information }) =>
    tellAct(invocation, 'told', await information.tell(threadId, telling)),
  );
}
