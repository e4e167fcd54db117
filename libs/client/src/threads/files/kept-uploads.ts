import type { AttachmentReference } from '@enlace/e2ee';
import {
  canonicalJson,
  utf8,
  type AttachmentId,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import type { LocalStore, StoreChange } from '../../store/local-store.js';
import { kept } from '../kept/kept-fields.js';

const TABLE = 'uploads';

/** A file that is sealed and lies in the spool, until the entry that names it stands in the log. */
export interface KeptUpload {
  readonly threadId: ThreadId;
  readonly attachmentId: AttachmentId;
  /** Which file of this machine it is, as it was when it was sealed. */
  readonly mark: string;
  readonly reference: AttachmentReference;
  /** The server has said that it has all of it. */
  readonly isComplete: boolean;
}

/** The sealed files of a device that wait for their entry. Their keys are in here: the store seals them. */
export class KeptUploads {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  /** Of one thread. Throws `store.damaged`. */
  async of(threadId: ThreadId): Promise<readonly KeptUpload[]> {
    const names = (await this.#store.keys(TABLE)).filter((name) => name.startsWith(threadId));
    const uploads: KeptUpload[] = [];
    for (const name of names.toSorted()) {
      const bytes = await this.#store.get(TABLE, name);
      if (bytes !== null) uploads.push(readUpload(bytes));
    }
    return uploads;
  }

  /** Those that the server has not: an entry that names one of them is not sent. */
  async missing(threadId: ThreadId): Promise<ReadonlySet<string>> {
    const uploads = await this.of(threadId);
    return new Set(uploads.flatMap((one) => (one.isComplete ? [] : [one.attachmentId])));
  }

  /** Every file that is kept, of whatever thread. */
  async attachments(): Promise<readonly string[]> {
    return (await this.#store.keys(TABLE)).map((name) => name.split('.').at(-1) ?? '');
  }

  /** When it resolves, the file survives a restart. */
  async keep(upload: KeptUpload): Promise<void> {
    await this.#store.commit([KeptUploads.kept(upload)]);
  }

  async forget({ threadId, attachmentId }: KeptUpload): Promise<void> {
    await this.#store.delete(TABLE, `${threadId}.${attachmentId}`);
  }

  /** The change of the store that keeps it; part of a transaction. */
  static kept(upload: KeptUpload): StoreChange {
    const { threadId, attachmentId, mark, reference, isComplete } = upload;
    const value = { v: 1, threadId, attachmentId, mark, reference: { ...reference }, isComplete };
    return {
      table: TABLE,
      key: `${threadId}.${attachmentId}`,
      value: utf8(canonicalJson(value)),
    };
  }
}

function readUpload(bytes: Uint8Array): KeptUpload {
  return kept.value(bytes, ({ threadId, attachmentId, mark, reference, isComplete }) => ({
    threadId: kept.id<ThreadId>(threadId),
    attachmentId: kept.id<AttachmentId>(attachmentId),
    mark: kept.text(mark),
    reference: readReference(reference),
    isComplete: kept.flag(isComplete),
  }));
}

function readReference(value: JsonValue | undefined): AttachmentReference {
  const reference = kept.object(value);
  const { acquiredAt, note } = reference;
  const text = (name: string): string => kept.text(reference[name]);
  return {
    attachmentId: text('attachmentId'),
    name: text('name'),
    mediaType: text('mediaType'),
    size: kept.count(reference['size']),
    chunks: kept.count(reference['chunks']),
    key: text('key'),
    commitment: text('commitment'),
    sha256: text('sha256'),
    sha512: text('sha512'),
    ciphertextSha256: text('ciphertextSha256'),
    ...(acquiredAt === undefined ? {} : { acquiredAt: kept.text(acquiredAt) }),
    ...(note === undefined ? {} : { note: kept.text(note) }),
  };
}
