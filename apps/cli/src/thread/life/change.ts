import { softwarePresence, type LifeAct } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';

import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findText, readArgumentId } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { readInputFile } from '../../files/input-file.js';
import { confirmed } from '../../person/confirmed.js';
import { withOwnThreads } from '../own-threads.js';
import { tellAct } from '../told-act.js';
import { READING, untilIn, wordsOfLife } from './life-words.js';

const ABOUT: Text = {
  es: 'Va a {what} Fundamento: {basis}.',
  en: 'You are {what} Basis: {basis}.',
};

/**
 * `enlace thread close`, `retain`, `hold`, `release`, `shred`: what becomes of a thread (protocol.md 10.2), by a
 * steward who has read what it does, with the approval of a second person from a file where it takes two. Throws what
 * the server refuses: `approval.required`, `thread.held`.
 */
export async function changeLife(
  invocation: Invocation,
  action: LifeAct['action'],
): Promise<number> {
  await cryptoReady();
  const { options, argument, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const words = wordsOfLife(invocation, action);
  const file = findText(options, 'approval');
  const approvals = file === null ? [] : [readInputFile(file)];
  return withOwnThreads(invocation, async ({ home, session, threads }) => {
    const what = fillText(READING[action][language], { threadId, until: untilIn(options) });
    const { basis } = words;
    await confirmed(invocation, home.questions, fillText(ABOUT[language], { what, basis }));
    const show = softwarePresence(home.profile.keys.signSeed);
    const life = { action, ...words, approvals };
    return tellAct(
      invocation,
      EVENTS[action],
      await threads.changeLife(threadId, life, { session, show }),
    );
  });
}

const EVENTS = {
  close: 'thread-closed',
  retain: 'thread-kept',
  hold: 'thread-held',
  release: 'thread-released',
  shred: 'thread-shredded',
} as const satisfies Readonly<Record<LifeAct['action'], Parameters<typeof tellAct>[1]>>;
