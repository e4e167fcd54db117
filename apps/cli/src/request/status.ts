import {
  moveRequest,
  remindOfRequest,
  showRequest,
  softwarePresence,
  type RequestStepAsked,
} from '@enlace/client';
import { REQUEST_STATUSES, type RequestShown } from '@enlace/contracts';
import type { RequestId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { findText, readArgumentId } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { withSessionHome } from '../home/session-home.js';
import { remindedIn } from './own-requests.js';
import { tellReminded, tellRequest } from './tell-request.js';

/** Steps that say something about a version of the request: verbs of their own take them, with what they check. */
const OF_VERSIONS: readonly RequestShown['status'][] = ['shared', 'opinion', 'frozen', 'exported'];
const PLAIN = REQUEST_STATUSES.filter((status) => !OF_VERSIONS.includes(status));

/**
 * `enlace request status ID [--to STATUS]`: where a request stands and what its draft reminds of, or one step of it.
 * The server refuses what is no step from where it stands, or not this person's.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options } = invocation;
  const requestId = readArgumentId<RequestId>(argument, 'ID');
  const to = readStatus(findText(options, 'to'));
  const formalReference = findText(options, 'reference');
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withSessionHome(invocation, async (home, session) => {
    const day = findText(options, 'remind');
    if (day !== null) {
      const nextReminderOn = day === 'none' ? null : readDay(day);
      tellRequest(invocation, 'request', await remindOfRequest(session, requestId, nextReminderOn));
      return EXIT.done;
    }
    const shown = await showRequest(session, requestId);
    if (to === null) {
      const asked = { requests: [shown], shipped, today };
      for (const one of await remindedIn(home, session, asked)) tellReminded(invocation, one);
      return EXIT.done;
    }
    const step: RequestStepAsked = {
      from: shown.status,
      to,
      ...(formalReference === null ? {} : { formalReference }),
      ...(options.has('reported') ? { reported: true } : {}),
    };
    const presence = softwarePresence(home.profile.keys.signSeed);
    tellRequest(
      invocation,
      'request-moved',
      await moveRequest(session, requestId, { step, show: presence }),
    );
    return EXIT.done;
  });
}

function readStatus(given: string | null): RequestShown['status'] | null {
  if (given === null) return null;
  const found = PLAIN.find((status) => status === given);
  if (found !== undefined) return found;
  throw new CliError('usage.bad-value', {
    option: '--to',
    value: given,
    expected: PLAIN.join(', '),
  });
}
