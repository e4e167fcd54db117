import { parseId, type ThreadId } from '@enlace/kernel';

import type { ArgsOf, KnownPerson, ResultOf } from '../../protocol/operations.js';
import type { OwnThreads } from '../threads/own-threads.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import { foundIn, searchable, type Message, type SearchableThread } from './found-messages.js';

type Thread = ResultOf<'thread.read'>;
type Entry = Thread['entries'][number];
type Asked = ArgsOf<'thread.find'>;

interface ReadThread extends SearchableThread {
  readonly isPartial: boolean;
}

/**
 * Searches what this browser has read. The indexes are made of what the store holds sealed and live in this worker
 * alone: nothing of them is written anywhere, so that what is destroyed in the store is found no more, and locking the
 * page ends them.
 */
export class OwnSearch {
  readonly #read = new Map<ThreadId, ReadThread>();

  constructor(
    private readonly room: Workroom,
    private readonly threads: OwnThreads,
  ) {}

  async lookThrough(): Promise<ResultOf<'thread.look-through'>> {
    return this.room.look(async (desk) => {
      this.room.takeChanged();
      this.#read.clear();
      for (const { threadId } of await desk.threads.heldList()) await this.#readOne(desk, threadId);
      return groundOf([...this.#read.values()]);
    });
  }

  /** Looks again first where something has come since. */
  async find(asked: Asked): Promise<ResultOf<'thread.find'>> {
    return this.room.look(async (desk) => {
      for (const threadId of this.room.takeChanged()) await this.#readOne(desk, threadId);
      return foundIn([...this.#read.values()], asked);
    });
  }

  async #readOne(desk: Desk, threadId: ThreadId): Promise<void> {
    const shown = await this.threads.shown(desk, threadId);
    const messages = shown.entries.flatMap(messageIn);
    const { title } = shown;
    this.#read.set(parseId(threadId), {
      ...searchable({ threadId, title }, messages),
      isPartial: isPartial(shown),
    });
  }
}

/** What was taken back or cannot be read is not found. */
function messageIn({ said, ...entry }: Entry): readonly Message[] {
  if (said.kind === 'title') return [{ ...entry, text: said.title, files: [] }];
  if (said.kind !== 'text' || said.withdrawal !== null) return [];
  return [{ ...entry, text: said.text, files: said.files.map(({ name }) => name) }];
}

/** Whether the log has messages which this browser does not read, and which nobody took away. */
function isPartial({ entries }: Thread): boolean {
  const isHidden = ({ said }: Entry): boolean =>
    said.kind === 'unreadable' && said.redaction === null && said.withdrawal === null;
  return (entries[0]?.seq ?? 1) > 1 || entries.some(isHidden);
}

function groundOf(read: readonly ReadThread[]): ResultOf<'thread.look-through'> {
  const messages = read.flatMap((thread) => thread.messages);
  const times = messages.map(({ sentAt }) => sentAt).toSorted();
  const authors = new Map<string, KnownPerson>();
  for (const { author } of messages) if (author !== null) authors.set(author.personId, author);
  return {
    messages: messages.length,
    threads: read.filter((thread) => thread.messages.length > 0).length,
    since: times[0] ?? null,
    partial: read
      .filter((thread) => thread.isPartial)
      .map(({ threadId, title }) => ({ threadId, title })),
    authors: [...authors.values()],
  };
}
