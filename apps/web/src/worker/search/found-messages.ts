import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { excerptOf, TextIndex, wordsOf } from './text-index.js';

type Thread = ResultOf<'thread.read'>;
type Entry = Thread['entries'][number];
type Asked = ArgsOf<'thread.find'>;
type Hit = ResultOf<'thread.find'>['hits'][number];

/** As many are shown; more words find fewer. */
const SHOWN_HITS = 50;

/** A message as it stands now. */
export interface Message extends Pick<Entry, 'seq' | 'author' | 'sentAt' | 'handling'> {
  readonly text: string;
  readonly files: readonly string[];
}

/** Messages of a thread in its order, and the index of their words. */
export interface SearchableThread extends Pick<Thread, 'threadId' | 'title'> {
  readonly messages: readonly Message[];
  readonly index: TextIndex;
}

export function searchable(
  about: Pick<Thread, 'threadId' | 'title'>,
  messages: readonly Message[],
): SearchableThread {
  const index = new TextIndex(messages.map(({ text, files }) => [text, ...files].join('\n')));
  return { ...about, messages, index };
}

interface Found {
  readonly thread: SearchableThread;
  readonly message: Message;
  readonly sentMs: number;
}

/** What was asked for, newest first. Only what is shown is cut to an excerpt: one letter may find every message. */
export function foundIn(
  threads: readonly SearchableThread[],
  asked: Asked,
): ResultOf<'thread.find'> {
  const words = wordsOf(asked.words);
  const isWithin = filterOf(asked);
  const found = threads.flatMap((thread) => foundInOne(thread, words, isWithin));
  const newest = found.toSorted((a, b) => b.sentMs - a.sentMs).slice(0, SHOWN_HITS);
  return {
    total: found.length,
    hits: newest.map(({ thread: { threadId, title }, message }): Hit => {
      const { text, files, ...about } = message;
      return { threadId, title, ...about, files: [...files], ...excerptOf(text, words) };
    }),
  };
}

function foundInOne(
  thread: SearchableThread,
  words: readonly string[],
  isWithin: (message: Message, sentMs: number) => boolean,
): readonly Found[] {
  const places = thread.index.find(words);
  return thread.messages.flatMap((message, place) => {
    if (places?.has(place) === false) return [];
    const sentMs = Date.parse(message.sentAt);
    return isWithin(message, sentMs) ? [{ thread, message, sentMs }] : [];
  });
}

function filterOf(asked: Asked): (message: Message, sentMs: number) => boolean {
  const fromMs = asked.from === null ? -Infinity : Date.parse(asked.from);
  const untilMs = asked.until === null ? Infinity : Date.parse(asked.until);
  return ({ author, handling, files }, sentMs) =>
    is(asked.personId, author?.personId) &&
    is(asked.state, author?.state) &&
    is(asked.handling, handling) &&
    (!asked.hasFiles || files.length > 0) &&
    sentMs >= fromMs &&
    sentMs < untilMs;
}

/** Whether it is what was asked for, where something was. */
function is(asked: string | null, value: string | null | undefined): boolean {
  return asked === null || asked === value;
}
