import { resolve } from 'node:path';

import { approveLife } from '@enlace/client';
import { systemRandom, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';

import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { readArgumentId, requireOneOf, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../../files/new-files.js';
import { withEnrolledHome } from '../../home/enrolled-home.js';
import { confirmed } from '../../person/confirmed.js';
import { DECIDED_BY_TWO, READING, untilIn, wordsOfLife } from './life-words.js';

const ABOUT: Text = {
  es: 'Aprueba, como segunda persona, {what} Fundamento: {basis}.',
  en: 'You approve, as second person, {what} Basis: {basis}.',
};
const DONE: Text = { es: 'Aprobación escrita: {file}', en: 'Approval written: {file}' };

/**
 * `enlace thread approve`: the approval of a second person for what becomes of a thread, in a file for the steward who
 * acts, after it was shown in words. It counts once, for exactly this act, basis and day, and needs no server.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, terminal, json, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const action = requireOneOf(options, { name: 'act', codes: DECIDED_BY_TWO });
  const words = wordsOfLife(invocation, action);
  const file = resolve(requireText(options, 'out'));
  assertAbsent([file]);
  return withEnrolledHome(invocation, async (home) => {
    const what = fillText(READING[action][language], { threadId, until: untilIn(options) });
    const { basis } = words;
    await confirmed(invocation, home.questions, fillText(ABOUT[language], { what, basis }));
    const { signSeed } = home.profile.keys;
    const text = approveLife({ threadId, action, ...words }, signSeed, systemRandom);
    writeNewFiles([{ path: file, text, isSecret: false }]);
    const told = { event: 'thread-approved', threadId, action, file };
    writeLine(terminal.output, json ? JSON.stringify(told) : fillText(DONE[language], { file }));
    return EXIT.done;
  });
}
