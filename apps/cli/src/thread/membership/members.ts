import type { ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { readArgumentId } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withOwnThreads } from '../own-threads.js';

const TEXTS = {
  line: {
    es: '{personId}  {state}  {role}  {standing}  {devices}',
    en: '{personId}  {state}  {role}  {standing}  {devices}',
  },
  member: { es: 'en el hilo', en: 'in the thread' },
  invited: { es: 'con invitación', en: 'invited' },
  leaving: { es: 'se va', en: 'leaving' },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace thread members`: who is in the thread, as verified commits say; nobody else's word counts. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, terminal, json, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  return withOwnThreads(invocation, async ({ threads }) => {
    const { members, isStopped } = await threads.members(threadId);
    for (const member of members) {
      const { personId, state, role, devices } = member;
      const standing = TEXTS[member.standing][language];
      const told = { personId, state: state ?? '--', role, standing, devices: devices.length };
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({ event: 'thread-member', ...member })
          : fillText(TEXTS.line[language], told),
      );
    }
    return isStopped ? EXIT.alert : EXIT.done;
  });
}
