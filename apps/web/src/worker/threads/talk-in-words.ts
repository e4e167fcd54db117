import type { ShownEntry } from '@enlace/client';
import { isJsonObject, type JsonObject } from '@enlace/kernel';

import type { ResultOf } from '../../protocol/operations.js';
import { LIFE_ACTS } from '../../protocol/threads/life-forms.js';
import { placesOf, type AskedFor, type Find, type SaidBy, type SaidOf, type Talk } from './talk.js';

type Said = ResultOf<'thread.read'>['entries'][number]['said'];
type Text = Said & { readonly kind: 'text' };

/** A message as its author wrote it first. */
interface FirstText extends Pick<Text, 'text' | 'files' | 'replyTo'> {
  readonly seq: number;
  readonly at: string;
}

/** A message as it stands now, with what stood in its place and what was formally said of it. */
export function textInWords(
  { seq, at, text, files, replyTo }: FirstText,
  { edits, withdrawal, marks, asks }: SaidOf,
  find: Find,
): Text {
  const versions = [
    { seq, at, text, reason: null },
    ...edits.map(({ seq: place, sentAt, content }) => ({
      seq: place,
      at: sentAt,
      text: textOf(content['text']) ?? '',
      reason: textOf(content['reason']),
    })),
  ];
  return {
    kind: 'text',
    text: versions.at(-1)?.text ?? text,
    files: [...files],
    replyTo,
    earlier: versions.slice(0, -1),
    withdrawal: withdrawalInWords(withdrawal, find),
    marks: marks.flatMap((said) => {
      const mark = markIn(said.content);
      if (mark === null) return [];
      return [{ ...placeOf(said, find), mark, note: textOf(said.content['note']) }];
    }),
    asks: asks.map((asked) => askInWords(asked, find)),
  };
}

/** An entry that cannot be read, and what took its content away where somebody did. */
export function unreadableInWords(
  reason: string | null,
  { withdrawal, redaction }: SaidOf,
  find: Find,
): Said {
  return {
    kind: 'unreadable',
    reason,
    withdrawal: withdrawalInWords(withdrawal, find),
    redaction: redaction === null ? null : redactionInWords(redaction, find),
  };
}

/** A signed entry about others; null for an entry that is none. */
export function aboutEntries(content: JsonObject, talk: Talk, find: Find): Said | null {
  const { type, target, targets, ackId, reason } = content;
  const mark = markIn(content);
  const place = typeof target === 'number' ? target : 0;
  if (type === 'mark' && mark !== null) return { kind: 'mark', mark, target: place };
  if (type === 'edit') return { kind: 'edit', target: place };
  if (type === 'withdraw') {
    return { kind: 'withdraw', target: place, reason: textOf(reason) ?? '' };
  }
  if (type === 'ack.request') return { kind: 'ask', targets: [...placesOf(targets)] };
  if (type === 'ack.given') return { kind: 'acknowledge', target: talk.askBehind(ackId) };
  return statedInWords(content, find);
}

/** What is stated in clear: what was erased, whose history was given, what became of the thread. */
function statedInWords({ type, statement }: JsonObject, find: Find): Said | null {
  if (statement === undefined || !isJsonObject(statement)) return null;
  const { targets, toPersonId, fromSeq, toSeq, basis } = statement;
  if (type === 'lifecycle') return lifeInWords(statement);
  if (type === 'redacted') return { kind: 'erase', targets: [...placesOf(targets)] };
  if (type !== 'granted' || typeof fromSeq !== 'number' || typeof toSeq !== 'number') return null;
  const to = textOf(toPersonId);
  const about = to === null ? null : find(to);
  return { kind: 'grant', about, fromSeq, toSeq, basis: textOf(basis) ?? '' };
}

function lifeInWords({ action: said, basis, until }: JsonObject): Said | null {
  const action = LIFE_ACTS.find((one) => one === said);
  if (action === undefined) return null;
  return { kind: 'life', action, basis: textOf(basis) ?? '', until: textOf(until) };
}

/** What somebody asks to have acknowledged, and until when by which zone. */
export function deadlineInWords(ask: SaidBy, find: Find) {
  const deadline = textOf(ask.content['deadline']) ?? '';
  return { ...placeOf(ask, find), deadline, zone: textOf(ask.content['zone']) ?? '' };
}

function askInWords({ ask, answers }: AskedFor, find: Find): Text['asks'][number] {
  const asked = deadlineInWords(ask, find);
  const { deadline } = asked;
  return {
    ...asked,
    answers: answers.map(({ personId, given }) => ({
      person: find(personId),
      givenAt: given?.acceptedAt ?? null,
      isLate: given !== null && Date.parse(given.acceptedAt) > Date.parse(deadline),
    })),
  };
}

function withdrawalInWords(said: SaidBy | null, find: Find): Text['withdrawal'] {
  if (said === null) return null;
  return { ...placeOf(said, find), reason: textOf(said.content['reason']) ?? '' };
}

function redactionInWords(entry: ShownEntry, find: Find) {
  const { seq, sender, acceptedAt, content } = entry;
  const statement = isJsonObject(content) ? (content['statement'] ?? null) : null;
  return {
    seq,
    by: sender === null ? null : find(sender.person),
    at: acceptedAt,
    reason: isJsonObject(statement) ? (textOf(statement['reason']) ?? '') : '',
  };
}

function placeOf({ seq, by, sentAt }: SaidBy, find: Find) {
  return { seq, by: find(by), at: sentAt };
}

const MARKS = ['seen', 'agreed', 'objection'] as const;

function markIn({ mark }: JsonObject): (typeof MARKS)[number] | null {
  return MARKS.find((known) => known === mark) ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
