import { createRequest, keepBeginning, settleBeginning } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
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
 */
export async function run(invocation: Invocation): Promise<number> {
  const { argument, options } = invocation;
  const threadId = readArgumentId<ThreadId>(requireText(options, 'thread'), '--thread');
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
    const names = await keepBeginning(ports, { threadId, text });
    await records.begin(threadId, { ...names, title, request });
    const { requestId } = names;
    const shown = await createRequest(session, { requestId, requestedState });
    await settleBeginning(home.store);
    tellRequest(invocation, 'request-created', { ...shown, threadId, recordId: names.recordId });
    return EXIT.done;
  });
}
