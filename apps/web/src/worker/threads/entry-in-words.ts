import type { SentFile, ShownEntry, ThreadReading } from '@enlace/client';
import { HANDLING_CODES } from '@enlace/contracts';
import {
  isJsonObject,
  parseBase64Url,
  toHex,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import type { KnownPerson, ResultOf } from '../../protocol/operations.js';

type Thread = ResultOf<'thread.read'>;
type Entry = Thread['entries'][number];
type Said = Entry['said'];
type Find = (personId: string) => KnownPerson;

/** Everybody whom a reading names: authors, and those whom changes are about. */
export function peopleIn({ entries }: ThreadReading): readonly string[] {
  return entries.flatMap(({ sender, content }) => [
    ...(sender === null ? [] : [sender.person]),
    ...changesIn(content).flatMap(({ personId }) => textOf(personId) ?? []),
  ]);
}

/** One entry as a page shows it; what it says was verified before. */
export function entryInWords(
  { seq, sender, sentAt, handling, ...rest }: ShownEntry,
  find: Find,
): Entry {
  return {
    seq,
    author: sender === null ? null : find(sender.person),
    sentAt,
    handling: HANDLING_CODES.find((code) => code === handling) ?? null,
    said: saidIn(rest, find),
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
export function floorOf({ entries }: ThreadReading): Thread['floor'] {
  const title = entries.find(({ content }) => typeOf(content) === 'thread.meta');
  return HANDLING_CODES.find((code) => code === title?.handling) ?? null;
}

// Attacker-controlled by members: text and titles. The page shows them as text and never as anything else.
function saidIn({ content, reason }: Pick<ShownEntry, 'content' | 'reason'>, find: Find): Said {
  if (!isJsonObject(content)) return { kind: 'unreadable', reason: reason ?? null };
  const type = typeOf(content);
  const { text, title } = content;
  if (type === 'text' && typeof text === 'string') {
    return { kind: 'text', text, files: filesIn(content) };
  }
  if (type === 'thread.meta' && typeof title === 'string') return { kind: 'title', title };
  if (type === 'opened' || type === 'left') return { kind: type };
  if (type === 'committed') {
    const changes = changesIn(content).map(({ op, personId }) => {
      const id = textOf(personId);
      return { op: textOf(op) ?? '', about: id === null ? null : find(id) };
    });
    return { kind: 'changed', changes };
  }
  return { kind: 'other', type: type ?? '' };
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

function typeOf(content: JsonValue): string | null {
  return isJsonObject(content) ? textOf(content['type']) : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
