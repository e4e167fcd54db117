import type { ShownAlert, ShownEntry } from '@enlace/client';
import { canonicalJson, isJsonObject, type JsonObject } from '@enlace/kernel';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { EFFECTS } from './effects.js';
import { ALERTS, REASONS, STOPPED } from './reasons.js';
import { TALK } from './talk.js';
import { indented, type Said, type Telling } from './telling.js';
import { WORK } from './work.js';

const TEXTS = {
  unreadable: {
    es: 'No se puede leer. {why} ({reason})',
    en: 'It cannot be read. {why} ({reason})',
  },
  alert: { es: 'ALERTA {code}, entrada {seq}. {what}', en: 'ALERT {code}, entry {seq}. {what}' },
  alertOfThread: { es: 'ALERTA {code}. {what}', en: 'ALERT {code}. {what}' },
} as const satisfies Readonly<Record<string, Text>>;

type Tell = (told: JsonObject, telling: Telling, seq: number) => Said;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was of its type when it was taken
const TELLERS = new Map(Object.entries({ ...TALK, ...WORK, ...EFFECTS }) as [string, Tell][]);

/** An entry as a person reads it: who, when and how it may be used; below, what it says. */
// Attacker-controlled: what members wrote; no text drives the terminal, or looks like a line of ours.
export function entryLines(entry: ShownEntry, telling: Telling): readonly string[] {
  const { seq, sentAt, sender, handling } = entry;
  const who = sender === null ? '-' : telling.names(sender.person);
  const head = fillText('{seq}  {sentAt}  {who}{handling}', {
    seq: String(seq).padStart(6),
    sentAt,
    who,
    handling: handling === null ? '' : `  ${handling}`,
  });
  return [head, ...indented(saidIn(entry, telling))];
}

/** An alert, where it stands, and what it means for the thread. */
export function alertLines(alert: ShownAlert, telling: Telling): readonly string[] {
  const { code, response, seq } = alert;
  const what = telling.say(ALERTS[code]);
  const text = seq === undefined ? TEXTS.alertOfThread : TEXTS.alert;
  const line = telling.say(text, { code, what, ...(seq === undefined ? {} : { seq }) });
  return response === 'suspend' ? [line, telling.say(STOPPED)] : [line];
}

function saidIn({ seq, content, reason }: ShownEntry, telling: Telling): Said {
  if (reason !== undefined) {
    const text = new Map<string, Text>(Object.entries(REASONS)).get(reason);
    const why = text === undefined ? '' : telling.say(text);
    return [telling.say(TEXTS.unreadable, { why, reason })];
  }
  if (!isJsonObject(content)) return [];
  const { type } = content;
  const tell = typeof type === 'string' ? TELLERS.get(type) : undefined;
  return tell === undefined ? [{ quote: canonicalJson(content) }] : tell(content, telling, seq);
}
