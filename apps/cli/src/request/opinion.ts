import { showRequest, softwarePresence } from '@enlace/client';
import { findOpinion } from '@enlace/contracts';
import { parseStrictJson } from '@enlace/kernel';
import { readAnswers } from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { linesOfOpinion } from './words/opinion-words.js';
import { findThread, requestIn, withOwnRequests } from './own-requests.js';
import { tellRequest } from './tell-request.js';

/**
 * `enlace request opinion ID --file FILE`: the view of a prosecutor of the requested State on what was shared,
 * signed and bound to
 * that version. Informal: it binds nobody, and stands in no formal document.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const file = requireText(options, 'file');
  const read = readAnswers(refusing(file, () => parseStrictJson(readInputFile(file))));
  if (read.kind === 'malformed') {
    for (const { path, code } of read.problems) {
      writeLine(terminal.output, json ? JSON.stringify({ path, code }) : `${path} ${code}`);
    }
    return EXIT.malformed;
  }
  return withOwnRequests(invocation, async ({ home, session, records, opinions, state }) => {
    const shared = await records.shared(requestId, findThread(invocation));
    const { status: from } = await showRequest(session, requestId);
    if (findOpinion(from) === null) {
      throw new CliError('request.no-step', { status: from, to: 'opinion' });
    }
    const show = softwarePresence(home.profile.keys.signSeed);
    const ground = { session, from, show, state };
    const { moved, opinion, seq } = await opinions.give(shared, read.opinion, ground);
    if (!json) writeLine(terminal.output, linesOfOpinion(opinion, language).join('\n'));
    tellRequest(invocation, 'opinion-given', { ...moved, threadId: shared.place.threadId, seq });
    return EXIT.done;
  });
}
