import type { ShownAlert, ShownEntry, ThreadReading } from '@enlace/client';
import { isJsonObject, type JsonValue, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';
import { findInteger, readArgumentId } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withOwnThreads } from './own-threads.js';

const SEQ_LIMIT = 999_999_999;

const TEXTS = {
  head: {
    es: '{seq}  {sentAt}  {state}  {person}  {handling}',
    en: '{seq}  {sentAt}  {state}  {person}  {handling}',
  },
  gone: {
    es: 'El servidor ya no le muestra este hilo: se ve lo que se había leído.',
    en: 'The server shows you this thread no more: this is what was read before.',
  },
  unreadable: { es: 'no se puede leer ({reason})', en: 'cannot be read ({reason})' },
  alert: { es: 'ALERTA {code}: {facts}', en: 'ALERT {code}: {facts}' },
} as const satisfies Readonly<Record<string, Text>>;

const EXIT_OF: Readonly<Record<ThreadReading['verdict'], number>> = {
  sound: EXIT.done,
  reserved: EXIT.reservations,
  alert: EXIT.alert,
};

/**
 * `enlace thread read`: takes in what is new, then shows the thread. Ends with 1 when something is unreadable for an
 * honest reason alone, with 2 for any other reason and when the thread is stopped.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, terminal, json, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const after = findInteger(options, 'after', [0, SEQ_LIMIT]) ?? 0;
  return withOwnThreads(invocation, async ({ threads }) => {
    const reading = await threads.read(threadId);
    const entries = reading.entries.filter(({ seq }) => seq > after);
    const { alerts } = reading;
    if (json) writeLine(terminal.output, JSON.stringify({ entries, alerts }));
    else
      for (const line of linesOf({ entries, alerts }, language)) writeLine(terminal.output, line);
    if (!reading.isServed) writeLine(terminal.errors, TEXTS.gone[language]);
    return EXIT_OF[reading.verdict];
  });
}

function linesOf(
  { entries, alerts }: Pick<ThreadReading, 'entries' | 'alerts'>,
  language: Language,
): readonly string[] {
  return [
    ...entries.flatMap((entry) => [headOf(entry, language), `    ${bodyOf(entry, language)}`]),
    ...alerts.map((alert) => alertLine(alert, language)),
  ];
}

function headOf({ seq, sentAt, sender, handling }: ShownEntry, language: Language): string {
  return fillText(TEXTS.head[language], {
    seq: String(seq).padStart(6),
    sentAt,
    state: sender?.state ?? '--',
    person: sender?.person ?? '-',
    handling: handling ?? '',
  });
}

// Attacker-controlled: what members wrote; no text drives the terminal.
function bodyOf({ kind, content, reason }: ShownEntry, language: Language): string {
  if (reason !== undefined) return fillText(TEXTS.unreadable[language], { reason });
  return printable(`${kind ?? '?'}: ${wordsOf(content)}`);
}

function wordsOf(content: JsonValue): string {
  const { type, text } = isJsonObject(content) ? content : {};
  return type === 'text' && typeof text === 'string' ? text : JSON.stringify(content);
}

function alertLine({ code, ...facts }: ShownAlert, language: Language): string {
  return fillText(TEXTS.alert[language], { code, facts: JSON.stringify(facts) });
}
