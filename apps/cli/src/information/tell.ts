import type { Telling } from '@enlace/client';
import { findText, oneOf, readState, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { tellAct } from '../thread/told-act.js';
import { CODES, findEndOfDay, threadIn, withOwnInformation } from './own-information.js';

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
    handling: oneOf(options, { name: 'handling', codes: CODES, usual: 'EN1' }),
    ...(restrictions === null ? {} : { restrictions }),
    ...(expiresOn === null ? {} : { expiresOn }),
  };
  return withOwnInformation(invocation, async ({ information }) =>
    tellAct(invocation, 'told', await information.tell(threadId, telling)),
  );
}
