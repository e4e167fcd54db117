import type { FileProgress, FileToSend, ThreadFiles } from '@enlace/client';
import { safeFileName } from '@enlace/e2ee';
import {
  isDomainError,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type AttachmentId,
  type ThreadId,
} from '@enlace/kernel';

import type { LiveNews } from '../../protocol/messages.js';
import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { fileInWords } from '../threads/entry-in-words.js';
import { isForNow } from '../threads/keeping.js';
import { messageNow } from '../threads/message-now.js';
import type { OwnThreads } from '../threads/own-threads.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import { BlobTarget } from './blob-target.js';
import { FilePaused, FileTooLargeHere } from './file-errors.js';
import { filesOf } from './files-of.js';
import { previewOf } from './preview.js';

const MEBIBYTE = 1024 * 1024;
/** A page holds a file before it is saved; the command line writes larger ones to the disk as they come. */
const SAVE_LIMIT_MEBIBYTES = 512;
/** What is read of a file at once. In bytes. */
const READ_BYTES = MEBIBYTE;
/** A page is told so often at most. In milliseconds. */
const TOLD_EVERY_MS = 100;
const NAME_CHARACTERS = 255;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/u;

/** Files in threads of the person who works here. Throws as `ThreadFiles`, `file.paused`, `file.too-large-here`. */
export class OwnFiles {
  /** What is being moved in a thread, to be paused. */
  readonly #underway = new Map<ThreadId, Set<AbortController>>();

  constructor(
    private readonly room: Workroom,
    private readonly threads: OwnThreads,
    private readonly onNews: (news: LiveNews) => void,
  ) {}

  /** Null for a message that is kept and waits for its files. One that was paused while it was sealed is not kept. */
  async attach({
    threadId,
    files,
    ...said
  }: ArgsOf<'thread.attach'>): Promise<ResultOf<'thread.attach'>> {
    const id = parseId<ThreadId>(threadId);
    return this.#sending(
      id,
      async (moved, desk) => {
        const message = await messageNow(desk, id, said);
        return moved.attach(id, { ...message, files: files.map(fileToSend) });
      },
      async (desk, before) => {
        const { acts, files: names } = await waitingIn(desk, id);
        return acts > before.acts || [...names].some((file) => !before.files.has(file));
      },
    );
  }

  async resume({ threadId }: ArgsOf<'thread.resume'>): Promise<ResultOf<'thread.resume'>> {
    const id = parseId<ThreadId>(threadId);
    return this.#sending(
      id,
      async (moved) => moved.resume(id),
      async () => true,
    );
  }

  pause(threadId: string): void {
    for (const control of this.#underway.get(parseId(threadId)) ?? []) control.abort();
  }

  /** All of a file, once every check of it held. */
  async save({ threadId, attachmentId }: ArgsOf<'thread.save'>): Promise<ResultOf<'thread.save'>> {
    const id = parseId<ThreadId>(threadId);
    const wanted = { attachmentId: parseId<AttachmentId>(attachmentId) };
    const target = new BlobTarget();
    const saved = await this.room.look(async (desk) =>
      this.#moving(desk, id, async (moved) =>
        moved.save(id, wanted, {
          purpose: null,
          targetFor: async ({ size }) => {
            const mebibytes = Math.ceil(size / MEBIBYTE);
            if (mebibytes > SAVE_LIMIT_MEBIBYTES) throw new FileTooLargeHere(mebibytes);
            return target;
          },
        }),
      ),
    );
    const { parts } = target;
    const bytes = new Blob([...parts], { type: 'application/octet-stream' });
    const file = { ...fileInWords(saved), name: safeFileName(saved.name) };
    return { ...file, bytes, preview: previewOf(parts) };
  }

  /** Whoever stops goes on from there: `isKept` says whether there is something to go on with. */
  async #sending(
    id: ThreadId,
    act: (files: ThreadFiles, desk: Desk) => Promise<unknown>,
    isKept: (desk: Desk, before: Waiting) => Promise<boolean>,
  ): Promise<ResultOf<'thread.attach'>> {
    return this.room.look(async (desk) => {
      const before = await waitingIn(desk, id);
      try {
        await this.#moving(desk, id, async (moved) => act(moved, desk));
        return await this.threads.shown(desk, id);
      } catch (error) {
        const isOnTheWay = isForNow(error) || isDomainError(error, 'file.paused');
        if (!isOnTheWay || !(await isKept(desk, before))) throw error;
        return null;
      }
    });
  }

  async #moving<Result>(
    desk: Desk,
    threadId: ThreadId,
    act: (files: ThreadFiles) => Promise<Result>,
  ): Promise<Result> {
    const control = new AbortController();
    const underway = this.#underway.get(threadId) ?? new Set();
    this.#underway.set(threadId, underway.add(control));
    try {
      return await act(filesOf(desk, this.#telling(threadId, control.signal)));
    } finally {
      underway.delete(control);
    }
  }

  #telling(threadId: ThreadId, signal: AbortSignal) {
    let toldMs = 0;
    return ({ step, name, done, total }: FileProgress): void => {
      if (signal.aborted && done < total) throw new FilePaused();
      const nowMs = systemClock.nowMs();
      if (done < total && nowMs - toldMs < TOLD_EVERY_MS) return;
      toldMs = nowMs;
      this.onNews({ kind: 'file', threadId, step, name, done, total });
    };
  }
}

/** What waits in a thread to be sent: acts, and files whose messages are among them. */
interface Waiting {
  readonly acts: number;
  readonly files: ReadonlySet<string>;
}

async function waitingIn(desk: Desk, threadId: ThreadId): Promise<Waiting> {
  const unfinished = await filesOf(desk).unfinished(threadId);
  const files = new Set(unfinished.map(({ attachmentId }) => attachmentId));
  return { acts: await desk.threads.waiting(threadId), files };
}

/** A file that a person chose, under a mark of its own: chosen again it is another one. */
function fileToSend(file: File): FileToSend {
  const { name, size, type } = file;
  return {
    name: name.normalize('NFC').slice(0, NAME_CHARACTERS),
    mediaType: MEDIA_TYPE.test(type) ? type : 'application/octet-stream',
    size,
    mark: toBase64Url(systemRandom.bytes(16)),
    read: () => readInParts(file),
  };
}

async function* readInParts(file: File): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < file.size; from += READ_BYTES) {
    yield new Uint8Array(await file.slice(from, from + READ_BYTES).arrayBuffer());
  }
}
