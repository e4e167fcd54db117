import {
  remindOfRequest,
  RequestSteps,
  showRequest,
  softwarePresence,
  type StepWords,
} from '@enlace/client';
import { owesReason, REQUEST_STATUSES, type RequestShown } from '@enlace/contracts';
import type { IsoDate, PackSet } from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { findText, oneOf } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { remindedIn, requestIn, withOwnRequests, type OwnRequests } from './own-requests.js';
import { tellReminded, tellRequest } from './tell-request.js';

type Status = RequestShown['status'];

/** Steps that say something about a version of the request: verbs of their own take them, with what they check. */
const OF_VERSIONS: readonly Status[] = ['shared', 'opinion', 'frozen', 'exported'];
const PLAIN = REQUEST_STATUSES.filter((status) => !OF_VERSIONS.includes(status));
/** Steps that happened elsewhere before they are told here: of the day itself unless another one is given. */
const DATED: readonly Status[] = ['formalised', 'received'];
const EXTENTS = ['whole', 'part'] as const;

/**
 * `enlace request status ID [--to STATUS]`: where a request stands, by which steps it came there and what its draft
 * reminds of; or one step of it. The server refuses what is no step from where it stands, or not this person's; days
 * and reasons go into the thread, and never to the server.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const requestId = requestIn(invocation);
  const to = readStatus(findText(options, 'to'));
  const day = findText(options, 'remind');
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { session } = own;
    if (day !== null) {
      const nextReminderOn = day === 'none' ? null : readDay(day);
      tellRequest(invocation, 'request', await remindOfRequest(session, requestId, nextReminderOn));
    } else if (to === null) {
      await tellStanding(invocation, own, { shipped, today });
    } else {
      tellRequest(invocation, 'request-moved', await takeStep(invocation, own, { to, today }));
    }
    return EXIT.done;
  });
}

async function tellStanding(
  invocation: Invocation,
  { home, session, ports }: OwnRequests,
  ground: { readonly shipped: PackSet; readonly today: IsoDate },
): Promise<void> {
  const requestId = requestIn(invocation);
  const requests = [await showRequest(session, requestId)];
  const steps = await new RequestSteps(ports).on(requestId);
  for (const one of await remindedIn(home, session, { requests, ...ground })) {
    tellReminded(invocation, one, steps);
  }
}

async function takeStep(
  invocation: Invocation,
  { home, session, ports }: OwnRequests,
  { to, today }: { readonly to: Status; readonly today: IsoDate },
): Promise<RequestShown> {
  const { options } = invocation;
  const requestId = requestIn(invocation);
  const formalReference = findText(options, 'reference');
  const words = wordsIn(invocation, { to, today });
  const steps = new RequestSteps(ports);
  const { status: from } = await showRequest(session, requestId);
  // Only whoever is in a thread of it can say there why, and how much.
  if ((await steps.placeFor(requestId, to)) !== null) assertSaid(words, { from, to });
  const show = softwarePresence(home.profile.keys.signSeed);
  return steps.take({ session, show }, requestId, {
    to,
    words,
    ...(formalReference === null ? {} : { formalReference }),
    ...(options.has('reported') ? { reported: true } : {}),
  });
}

function wordsIn(
  { options }: Invocation,
  { to, today }: { readonly to: Status; readonly today: IsoDate },
): StepWords {
  const [reason, given] = [findText(options, 'reason'), findText(options, 'on')];
  const on = given === null ? null : readDay(given, '--on');
  if (on !== null && on > today) {
    throw new CliError('usage.bad-value', { option: '--on', value: on, expected: `..${today}` });
  }
  if (options.has('extent') && to !== 'executed') {
    throw new CliError('usage.unexpected-argument', { argument: '--extent' });
  }
  const day = on ?? (DATED.includes(to) ? today : null);
  return {
    ...(reason === null ? {} : { reason }),
    ...(day === null ? {} : { on: day }),
    ...(options.has('extent')
      ? { extent: oneOf(options, { name: 'extent', codes: EXTENTS, usual: 'whole' }) }
      : {}),
  };
}

/** Throws `usage.missing-option`. */
function assertSaid(
  { reason, extent }: StepWords,
  { from, to }: { readonly from: Status; readonly to: Status },
): void {
  if (reason === undefined && owesReason(from, to)) {
    throw new CliError('usage.missing-option', { option: '--reason' });
  }
  if (extent === undefined && to === 'executed') {
    throw new CliError('usage.missing-option', { option: '--extent' });
  }
}

function readStatus(given: string | null): Status | null {
  if (given === null) return null;
  const found = PLAIN.find((status) => status === given);
  if (found !== undefined) return found;
  throw new CliError('usage.bad-value', {
    option: '--to',
    value: given,
    expected: PLAIN.join(', '),
  });
}
