import type { SentFile, ShownEntry, ThreadReading } from '@enlace/client';
import { REQUEST_STATUSES, type Handling } from '@enlace/contracts';
import {
  isJsonObject,
  parseBase64Url,
  toHex,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import type { ResultOf } from '../../protocol/operations.js';
import { handlingOf, strictestOf, textsIn, type Find, type Talk } from './talk.js';
import { aboutEntries, textInWords, unreadableInWords } from './talk-in-words.js';

type Thread = ResultOf<'thread.read'>;
type Entry = Thread['entries'][number];
type Said = Entry['said'];

/** Everybody whom a reading names: authors, and those whom entries are about. */
export function peopleIn({ entries }: ThreadReading): readonly string[] {
  return entries.flatMap(({ sender, content }) => [
    ...(sender === null ? [] : [sender.person]),
    ...changesIn(content).flatMap(({ personId }) => textOf(personId) ?? []),
    ...(isJsonObject(content) ? textsIn(content['from']) : []),
    ...grantedIn(content),
  ]);
}

/** One entry as a page shows it; what it says was verified before. */
export function entryInWords(
  entry: ShownEntry,
  { find, talk }: { readonly find: Find; readonly talk: Talk },
): Entry {
  const { seq, sender, sentAt } = entry;
  const { edits } = talk.of(seq);
  return {
    seq,
    author: sender === null ? null : find(sender.person),
    sentAt,
    handling: strictestOf([handlingOf(entry), ...edits.map(({ handling }) => handling)]),
    said: saidIn(entry, { find, talk }),
  };
}

/** A file as a page shows it. */
export function fileInWords(file: SentFile): Thread['unfinished'][number] {
  return { ...file, sha256: toHex(parseBase64Url(file.sha256)) };
}

/** Where each alert stands. */
export function alertsOf({ alerts }: ThreadReading): Thread['alerts'] {
  return alerts.map(({ code, response, seq }) => ({
    code,
    response,
    seq: typeof seq === 'number' ? seq : null,
  }));
}

/** The strictness that the thread was opened with: its title carries it. */
export function floorOf({ entries }: ThreadReading): Handling | null {
  const title = entries.find(({ content }) => typeOf(content) === 'thread.meta');
  return title === undefined ? null : handlingOf(title);
}

// Attacker-controlled by members: text and titles. The page shows them as text and never as anything else.
function saidIn(
  entry: ShownEntry,
  { find, talk }: { readonly find: Find; readonly talk: Talk },
): Said {
  const { seq, content, reason } = entry;
  const of = talk.of(seq);
  if (!isJsonObject(content)) return unreadableInWords(reason ?? null, of, find);
  const type = typeOf(content);
  const { text, title, replyTo } = content;
  if (type === 'text' && typeof text === 'string') {
    const files = filesIn(content);
    const said = { seq, text, files, at: entry.sentAt, replyTo: placeOf(replyTo) };
    return textInWords(said, of, find);
  }
  if (type === 'thread.meta' && typeof title === 'string') return { kind: 'title', title };
  if (type === 'opened' || type === 'left') return { kind: type };
  return (
    happenedIn(content, find) ??
    aboutEntries(content, talk, find) ?? { kind: 'other', type: type ?? '' }
  );
}

function happenedIn(content: JsonObject, find: Find): Said | null {
  if (typeOf(content) === 'request.step') return stepIn(content);
  return typeOf(content) === 'committed' ? changedBy(content, find) : null;
}

function stepIn({ to, on, reason }: JsonObject): Said {
  const status = REQUEST_STATUSES.find((one) => one === to);
  if (status === undefined) return { kind: 'other', type: 'request.step' };
  return { kind: 'step', to: status, on: textOf(on), reason: textOf(reason) };
}

function changedBy(content: JsonObject, find: Find): Said {
  const changes = changesIn(content).map(({ op, personId }) => {
    const id = textOf(personId);
    return { op: textOf(op) ?? '', about: id === null ? null : find(id) };
  });
  return { kind: 'changed', changes };
}

/** As the schema of the content has checked them; their keys stay here. */
function filesIn({ attachments }: JsonObject): (Said & { kind: 'text' })['files'] {
  const named = Array.isArray(attachments) ? attachments.filter(isJsonObject) : [];
  return named.map(({ attachmentId, name, size, sha256 }) =>
    fileInWords({
      attachmentId: textOf(attachmentId) ?? '',
      name: textOf(name) ?? '',
      size: typeof size === 'number' ? size : 0,
      sha256: textOf(sha256) ?? '',
    }),
  );
}

function changesIn(content: JsonValue): readonly JsonObject[] {
  const changes = isJsonObject(content) ? content['changes'] : null;
  return Array.isArray(changes) ? changes.filter(isJsonObject) : [];
}

/** Whom history or a key is given to. */
function grantedIn(content: JsonValue): readonly string[] {
  const statement = isJsonObject(content) ? (content['statement'] ?? null) : null;
  return isJsonObject(statement) ? textsIn([statement['toPersonId']]) : [];
}

function placeOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function typeOf(content: JsonValue): string | null {
  return isJsonObject(content) ? textOf(content['type']) : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
