import {
  createRequest,
  keepBeginning,
  settleBeginning,
  showRequest,
  type Session,
} from '@enlace/client';
import type { State } from '@enlace/contracts';
import type { RequestId, ThreadId } from '@enlace/kernel';
import type { MlaRequest } from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { findText, readArgumentId, readState, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertOwnState, readGivenRequest } from './given-request.js';
import { withOwnRequests } from './own-requests.js';
import { tellRequest } from './tell-request.js';

const TITLE_CHARACTERS = 200;

/**
 * `enlace request create FILE`: a draft, sealed in a thread of the own State, and its tracking at the server, which
 * learns of the two States and nothing else. A lost answer begins no second one: the same command again goes on.
 * With `--follows` it is more of an earlier one that is over.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { argument, options } = invocation;
  const threadId = readArgumentId<ThreadId>(requireText(options, 'thread'), '--thread');
  const follows = findText(options, 'follows');
  const previous = follows === null ? null : readArgumentId<RequestId>(follows, '--follows');
  const given = await readGivenRequest(invocation, argument);
  if (given === null) return EXIT.malformed;
  const { text, request } = given;
  const requestedState = readState(request.requestedState ?? '', 'requestedState');
  const title = (findText(options, 'title') ?? request.id ?? requestedState).slice(
    0,
    TITLE_CHARACTERS,
  );
  return withOwnRequests(invocation, async ({ home, ports, session, records, state }) => {
    assertOwnState(request, state);
    const pair = [state, requestedState] as const;
    const more = await followed(session, { previous, request, pair });
    const names = await keepBeginning(ports, { threadId, text: `${text}${previous ?? ''}` });
    await records.begin(threadId, { ...names, title, request });
    const { requestId } = names;
    const shown = await createRequest(session, { requestId, requestedState, ...more });
    await settleBeginning(home.store);
    tellRequest(invocation, 'request-created', { ...shown, threadId, recordId: names.recordId });
    return EXIT.done;
  });
}

/**
 * What the server is told of an earlier request. Asked before anything is sealed: what it would refuse stands in no
 * thread by then. Throws `request.not-supplementary`, `request.other-pair`, the refusal of the server.
 */
async function followed(
  session: Session,
  {
    previous,
    request,
    pair: [own, requested],
  }: {
    readonly previous: RequestId | null;
    readonly request: MlaRequest;
    readonly pair: readonly [State, State];
  },
): Promise<{ readonly previousRequestId?: RequestId }> {
  if (previous === null) return {};
  if (request.requestKind !== 'supplementary') throw new CliError('request.not-supplementary');
  const { requestingState, requestedState } = await showRequest(session, previous);
  if (requestingState !== own || requestedState !== requested) {
    throw new CliError('request.other-pair');
  }
  return { previousRequestId: previous };
}
