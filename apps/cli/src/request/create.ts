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
import { assertOwnState, readGivenRequest, type GivenRequest } from './given-request.js';
import { withOwnRequests } from './own-requests.js';
import { answeredIn } from './sources/cited-entry.js';
import { tellRequest } from './tell-request.js';

const TITLE_CHARACTERS = 200;

/**
 * `enlace request create FILE`: a draft, sealed in a thread of the own State, and its tracking at the server, which
 * learns of the two States and nothing else. A lost answer begins no second one: the same command again goes on.
 * With `--follows` it is more of an earlier one that is over; with `--from` in place of the file it asks formally for
 * what a State answered in a thread, which is its first source.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const threadId = readArgumentId<ThreadId>(requireText(options, 'thread'), '--thread');
  const follows = findText(options, 'follows');
  const previous = follows === null ? null : readArgumentId<RequestId>(follows, '--follows');
  const begin = options.has('from') ? answeredIn(invocation) : await writtenIn(invocation);
  if (begin === null) return EXIT.malformed;
  return withOwnRequests(invocation, async (own) => {
    const { home, ports, session, records, state } = own;
    const { text, request } = await begin(own);
    const requestedState = readState(request.requestedState ?? '', 'requestedState');
    const title = (findText(options, 'title') ?? request.id ?? requestedState).slice(
      0,
      TITLE_CHARACTERS,
    );
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

/** The request of the file that the argument names; `null` for a malformed one. Throws `usage.missing-argument`. */
async function writtenIn(invocation: Invocation): Promise<(() => Promise<GivenRequest>) | null> {
  const { argument } = invocation;
  if (argument === '') throw new CliError('usage.missing-argument', { argument: 'FILE' });
  const given = await readGivenRequest(invocation, argument);
  return given === null ? null : async () => given;
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
