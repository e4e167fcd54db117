import { parseThreadBundle, verifyThreadBundle, type BundleReport } from '@enlace/client';
import { formatInstant, systemClock } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { readInputBytes, readInputFile, readInputText, refusing } from '../../files/input-file.js';
import { entryLines } from '../words/entry-words.js';
import { Telling } from '../words/telling.js';
import { CLEAR_KINDS, RULES } from './bundle-words.js';
import { HANDLING } from './handling-words.js';

/** Some ten thousand entries, and the directory of the region. In bytes. */
const BUNDLE_LIMIT_BYTES = 512 * 1024 * 1024;
const TRUST_LIMIT_BYTES = 1024 * 1024;

const TEXTS = {
  unread: { es: 'Sin su llave en el archivo.', en: 'Its key is not in the file.' },
  erased: { es: 'Su contenido se borró.', en: 'Its content was erased.' },
  problem: { es: 'NO VALE, entrada {seq}: {what}', en: 'DOES NOT HOLD, entry {seq}: {what}' },
  whole: { es: 'NO VALE: {what}', en: 'DOES NOT HOLD: {what}' },
  sound: {
    es: 'Vale: cada entrada es de quien dice. Dos personas firmaron el orden hasta la {seq}; luego puede faltar algo.',
    en: 'It holds: every entry is of whom it says. Two people signed the order up to {seq}; more may be left out.',
  },
  alone: {
    es: 'Cada entrada es de quien dice, pero nadie más firmó el orden: podrían faltar otras.',
    en: 'Every entry is of whom it says, but nobody else has signed the order: others could be missing.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace thread verify`: checks a part of a thread that somebody exported, without account or network, under roots
 * that the verifier brings along. Ends with 2 when anything does not hold, with 1 when something cannot be read here or
 * nobody but its exporter has signed the order.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, terminal, json, language } = invocation;
  const trust = requireText(options, 'trust');
  const trustStoreText = readInputFile(trust, TRUST_LIMIT_BYTES);
  const bytes = readInputBytes(argument, BUNDLE_LIMIT_BYTES);
  const text = readInputText(argument, bytes, BUNDLE_LIMIT_BYTES);
  const bundle = refusing(argument, () => parseThreadBundle(`${text}\n`));
  const nowMs = systemClock.nowMs();
  const report = refusing(trust, () => verifyThreadBundle(bundle, { trustStoreText, nowMs }));
  if (json) {
    const { entries, problems, confirmedSeq } = report;
    const { before: _, ...head } = report.head;
    const told = { event: 'verified', ...head, entries, problems, confirmedSeq };
    writeLine(terminal.output, JSON.stringify(told));
  } else for (const line of linesOf(report, language)) writeLine(terminal.output, line);
  return exitOf(report);
}

function exitOf({ problems, entries, confirmedSeq, head }: BundleReport): number {
  if (problems.length > 0) return EXIT.alert;
  const isWhole = entries.every(({ standing }) => standing === 'opened' || standing === 'clear');
  return isWhole && confirmedSeq >= head.fromSeq ? EXIT.done : EXIT.reservations;
}

function linesOf(report: BundleReport, language: Language): readonly string[] {
  const { head, entries, problems, confirmedSeq } = report;
  const states = new Map(
    entries.map(({ sender }) => [sender?.person ?? '', sender?.state ?? '--']),
  );
  const telling = new Telling(language, (id) => `${id} (${states.get(id) ?? '--'})`);
  const verdict = confirmedSeq >= head.fromSeq ? TEXTS.sound : TEXTS.alone;
  return [
    HANDLING[head.handling][language],
    ...entries.flatMap((entry) => {
      const { standing, kind, acceptedAtMs, ...rest } = entry;
      const acceptedAt = formatInstant(acceptedAtMs);
      const sentAt = entry.content?.sentAt ?? acceptedAt;
      const shown = { ...rest, kind, acceptedAt, sentAt, content: entry.content };
      if (standing === 'opened') return entryLines(shown, telling);
      const [line = ''] = entryLines({ ...shown, content: null }, telling);
      const what =
        standing === 'erased' ? TEXTS.erased : kind === null ? TEXTS.unread : wordsOf(kind);
      return [line, `    ${what[language]}`];
    }),
    ...problems.map(({ seq, rule }) =>
      telling.say(seq === 0 ? TEXTS.whole : TEXTS.problem, { seq, what: RULES[rule][language] }),
    ),
    ...(problems.length > 0 ? [] : [fillText(verdict[language], { seq: confirmedSeq })]),
  ];
}

function wordsOf(kind: string): Text {
  return new Map<string, Text>(Object.entries(CLEAR_KINDS)).get(kind) ?? TEXTS.unread;
}
