import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withOwnThreads } from './own-threads.js';

const TEXTS = {
  line: {
    es: '{threadId}  {standing}  {read}/{seq}  {title}',
    en: '{threadId}  {standing}  {read}/{seq}  {title}',
  },
  steward: { es: 'responsable', en: 'steward' },
  member: { es: 'miembro', en: 'member' },
  invited: { es: 'con invitación', en: 'invited' },
  former: { es: 'ya no está', en: 'no longer in it' },
  unread: { es: 'sin leer', en: 'not read yet' },
  none: { es: 'No está en ningún hilo.', en: 'You are in no thread.' },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace thread list`: the own threads, with what this home knows of each; nothing is fetched but where they end. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withOwnThreads(invocation, async ({ threads }) => {
    const all = await threads.list();
    for (const listed of all) {
      const { threadId, title, readSeq: read, seq } = listed;
      const standing = TEXTS[listed.standing][language];
      const told = { threadId, standing, read, seq, title: title ?? '' };
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({ event: 'thread', ...listed })
          : fillText(TEXTS.line[language], told),
      );
    }
    if (all.length === 0 && !json) writeLine(terminal.output, TEXTS.none[language]);
    return EXIT.done;
  });
}
