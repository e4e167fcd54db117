import { Consents, type ConsentAnswer } from '@enlace/client';
import { CliError } from '../command-line/cli-error.js';
import { findText, readSeq, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { tellAct } from '../thread/told-act.js';
import { findEndOfDay, threadIn, withOwnInformation } from './own-information.js';

/**
 * `enlace info consent THREAD --ask SEQ`: the State that wrote an entry allows what was asked, under conditions and
 * until a day; with `--refuse` it does not, or takes back what it allowed.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const threadId = threadIn(invocation);
  const ask = readSeq(requireText(options, 'ask'), '--ask');
  const answer = answerIn(invocation);
  const event = 'refused' in answer ? 'consent-refused' : 'consent-given';
  return withOwnInformation(invocation, async ({ ports, threads }) =>
    tellAct(invocation, event, {
      ...(await new Consents(ports, threads).answer(threadId, ask, answer)),
      ask,
    }),
  );
}

function answerIn(invocation: Invocation): ConsentAnswer {
  const { options } = invocation;
  const [refused, conditions] = [findText(options, 'refuse'), findText(options, 'conditions')];
  const expiresOn = findEndOfDay(invocation, 'expires');
  if (refused === null) {
    return {
      ...(conditions === null ? {} : { conditions }),
      ...(expiresOn === null ? {} : { expiresOn }),
    };
  }
  if (conditions !== null || expiresOn !== null) {
    throw new CliError('usage.unexpected-argument', { argument: '--refuse' });
  }
  return { refused };
}
