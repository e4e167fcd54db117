import { attachmentChunks, type Purpose } from '@enlace/contracts';
import type { AttachmentReference, Content } from '@enlace/e2ee';
import { formatInstant, type AttachmentId, type ThreadId } from '@enlace/kernel';

import { Outbox } from '../kept/outbox.js';
import { ThreadUnread } from '../make-item.js';
import type { ThreadTurns } from '../live/thread-turns.js';
import { filesOf, readIntent } from '../thread-intent.js';
import type { Acted, ThreadWork } from '../thread-work.js';
import { fetchFile, openFile, type NamedFile } from './download.js';
import { FileNotNamed, TransferStuck } from './file-errors.js';
import type { FilePorts, FileTarget, FileToSend, TellProgress } from './file-ports.js';
import { KeptUploads, type KeptUpload } from './kept-uploads.js';
import { namedFiles } from './named-files.js';
import { sealFile, sendFile, spooledUpload } from './upload.js';

/** How often the server may have lost the files of one message before the person is told. */
const ROUNDS_MOST = 2;

/** What files take besides the threads. */
export interface FileTools extends Pick<FilePorts, 'spool' | 'hashing'> {
  readonly tell?: TellProgress;
}

/** A message with files. */
export interface FileMessage {
  readonly files: readonly FileToSend[];
  readonly text: string;
  readonly handling: Content<'message'>['handling'];
  readonly replyTo?: number;
}

/** Which file is wanted: by the place of the entry that names it alone, or by its own id. */
export type WantedFile = { readonly seq: number } | { readonly attachmentId: AttachmentId };

/** A file that stands in a thread. */
export interface SentFile {
  readonly attachmentId: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Files in the threads of one device. A file is sealed into the spool, and its message kept, before any of it is sent;
 * the message goes when the server has all of its files. One message with files goes after the other; whoever else
 * works in the thread goes on meanwhile. Throws as `Threads`, and the refusals of files by the server.
 */
export class ThreadFiles {
  readonly #ports: FilePorts;
  readonly #turns: ThreadTurns;
  readonly #tell: TellProgress;

  /** By `Threads.files`: whoever else works in a thread has another turn. */
  constructor(ports: FilePorts, turns: ThreadTurns, tell: TellProgress) {
    this.#ports = ports;
    this.#turns = turns;
    this.#tell = tell;
  }

  /**
   * Sends a message with files. Asked for again after it was interrupted, with the same files and words, it goes on
   * where it was. Throws `file.changed`, `attachment.quota`, and as `Threads.send` before anything is sealed.
   */
  async attach(
    threadId: ThreadId,
    message: FileMessage,
  ): Promise<Acted & { readonly files: readonly SentFile[] }> {
    return this.#turns.withFiles(async () => this.#attach(threadId, message));
  }

  async #attach(
    threadId: ThreadId,
    message: FileMessage,
  ): Promise<Acted & { readonly files: readonly SentFile[] }> {
    const inTurn = async <Result>(act: (work: ThreadWork) => Promise<Result>): Promise<Result> =>
      this.#turns.take(threadId, act);
    const drafts = message.files.map(draftOf);
    await inTurn(async (work) => work.rehearse(this.#said(message, drafts)));
    await this.#tidy(threadId, message.files);
    const references: AttachmentReference[] = [];
    for (const file of message.files) {
      const { reference } = await this.#sealed(threadId, file);
      // The same file twice is one.
      if (references.every((one) => one.attachmentId !== reference.attachmentId))
        references.push(reference);
    }
    const content = this.#said(message, references);
    const entryId = await inTurn(async (work) => work.keep({ act: 'send', content }));
    const ids = new Set(references.map(({ attachmentId }) => attachmentId));
    for (let round = 1; round <= ROUNDS_MOST; round += 1) {
      await this.#send(threadId, ids);
      const seq = await inTurn(async (work) => work.finish(entryId));
      if (seq === 0) continue;
      await this.#tidy(threadId, []);
      return { threadId, seq, files: references.map(sentFile) };
    }
    throw new TransferStuck();
  }

  /** Files whose messages wait because the server has not got all of them yet. */
  async unfinished(threadId: ThreadId): Promise<readonly SentFile[]> {
    const waiting = await this.#waiting(threadId);
    const uploads = await new KeptUploads(this.#ports.store).of(threadId);
    return uploads
      .filter(({ attachmentId, isComplete }) => !isComplete && waiting.has(attachmentId))
      .map(({ reference }) => sentFile(reference));
  }

  /** Goes on with everything that was interrupted in a thread; resolves to how many files that were. */
  async resume(threadId: ThreadId): Promise<number> {
    return this.#turns.withFiles(async () => {
      await this.#turns.take(threadId, async (work) => work.pull());
      await this.#tidy(threadId, []);
      const waiting = await this.#waiting(threadId);
      const count = await this.#send(threadId, waiting);
      await this.#turns.take(threadId, async (work) => work.settle());
      await this.#tidy(threadId, []);
      return count;
    });
  }

  /**
   * Fetches a file that a verified entry names, from where an earlier try ended, and opens it into the target. Throws
   * `file.not-named`, `attachment.refused`, and the refusal of the server.
   */
  async save(
    threadId: ThreadId,
    wanted: WantedFile,
    {
      purpose: said,
      targetFor,
    }: {
      /** `null`: what the thread was opened for. */
      readonly purpose: Purpose | null;
      readonly targetFor: (file: SentFile) => Promise<FileTarget>;
    },
  ): Promise<SentFile> {
    // Only what is read of the log takes a turn: others go on working while gigabytes come.
    const { file, purpose } = await this.#turns.take(threadId, async (work) => {
      await work.pull();
      const named = await this.#find(work, threadId, wanted);
      const forWhat = said ?? work.view?.members?.state.policy.purpose;
      if (forWhat === undefined) throw new ThreadUnread();
      return { file: named, purpose: forWhat };
    });
    const sent = sentFile(file.reference);
    // A name that is taken is said before gigabytes are fetched.
    const target = await targetFor(sent);
    const ports = this.#ports;
    try {
      await fetchFile(file, { ports, purpose, tell: this.#tell });
    } catch (error) {
      await target.abandon();
      throw error;
    }
    await openFile(file, target, { ports, tell: this.#tell });
    return sent;
  }

  async #find(work: ThreadWork, threadId: ThreadId, wanted: WantedFile): Promise<NamedFile> {
    const named = namedFiles(await work.follower.shelf.entries(threadId));
    const found = named.filter(({ seq, reference }) =>
      'seq' in wanted ? seq === wanted.seq : reference.attachmentId === wanted.attachmentId,
    );
    const [first] = found;
    // Named again it is the same file: the key and every hash of it stand in each entry.
    const ids = new Set(found.map(({ reference }) => reference.attachmentId));
    if (first === undefined || ids.size > 1) throw new FileNotNamed(ids.size);
    return { threadId, ...first };
  }

  #said(
    { text, handling, replyTo }: FileMessage,
    attachments: readonly AttachmentReference[],
  ): Content<'message'> {
    const sentAt = formatInstant(this.#ports.clock.nowMs());
    const reply = replyTo === undefined ? {} : { replyTo };
    return { v: 1, type: 'text', text, handling, sentAt, ...reply, attachments: [...attachments] };
  }

  async #sealed(threadId: ThreadId, file: FileToSend): Promise<KeptUpload> {
    const uploads = await new KeptUploads(this.#ports.store).of(threadId);
    const kept = uploads.find(({ mark }) => mark === file.mark);
    return kept ?? (await sealFile(threadId, file, { ports: this.#ports, tell: this.#tell }));
  }

  async #send(threadId: ThreadId, files: ReadonlySet<string>): Promise<number> {
    const uploads = await new KeptUploads(this.#ports.store).of(threadId);
    const missing = uploads.filter(
      ({ attachmentId, isComplete }) => !isComplete && files.has(attachmentId),
    );
    for (const upload of missing) await sendFile(upload, { ports: this.#ports, tell: this.#tell });
    return missing.length;
  }

  async #waiting(threadId: ThreadId): Promise<ReadonlySet<string>> {
    const items = await new Outbox(this.#ports.store).waiting(threadId);
    return new Set(items.flatMap(({ intent }) => filesOf(readIntent(intent))));
  }

  /** Lets go of what no message waits for and nobody asks for again. */
  async #tidy(threadId: ThreadId, wanted: readonly FileToSend[]): Promise<void> {
    const { store, spool } = this.#ports;
    const uploads = new KeptUploads(store);
    const waiting = await this.#waiting(threadId);
    const marks = new Set(wanted.map(({ mark }) => mark));
    for (const upload of await uploads.of(threadId)) {
      const isWanted = !upload.isComplete && marks.has(upload.mark);
      if (!waiting.has(upload.attachmentId) && !isWanted) await uploads.forget(upload);
    }
    const kept = new Set((await uploads.attachments()).map(spooledUpload));
    const stray = (await spool.names()).filter((name) => name.startsWith(spooledUpload('')));
    for (const name of stray) if (!kept.has(name)) await spool.remove(name);
  }
}

function sentFile({ attachmentId, name, size, sha256 }: AttachmentReference): SentFile {
  return { attachmentId, name, size, sha256 };
}

/** A reference as long as the real one will be, to try a message with before anything is sealed. */
function draftOf({ name, mediaType, size }: FileToSend): AttachmentReference {
  const hash = 'A'.repeat(43);
  return {
    attachmentId: '00000000-0000-7000-8000-000000000000',
    name,
    mediaType,
    size,
    chunks: attachmentChunks(size),
    key: hash,
    commitment: hash,
    sha256: hash,
    sha512: 'A'.repeat(86),
    ciphertextSha256: hash,
  };
}
