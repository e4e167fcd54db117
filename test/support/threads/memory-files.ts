import type { FileSpool, FileTarget, FileToSend, Stretch } from '@enlace/client';
import { concatBytes } from '@enlace/kernel';

const CHUNK_BYTES = 100_000;

/** A spool in memory; like a disk it keeps what was appended before a client died. */
export class MemorySpool implements FileSpool {
  readonly files = new Map<string, Uint8Array>();

  async length(name: string): Promise<number> {
    return this.files.get(name)?.length ?? 0;
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    this.files.set(name, concatBytes(this.files.get(name) ?? new Uint8Array(), bytes));
  }

  async read(name: string, { from, to }: Stretch): Promise<Uint8Array> {
    return (this.files.get(name) ?? new Uint8Array()).slice(from, to);
  }

  async sync(): Promise<void> {}

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }

  async names(): Promise<readonly string[]> {
    return [...this.files.keys()];
  }
}

/** A file in memory, sent in parts that fit no chunk. */
export function fileOf(name: string, bytes: Uint8Array): FileToSend {
  return {
    name,
    mediaType: 'application/octet-stream',
    size: bytes.length,
    mark: name,
    read: async function* () {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        yield bytes.subarray(at, at + CHUNK_BYTES);
      }
    },
  };
}

/** Where a file is saved, and what somebody would find there. */
export class MemoryTarget implements FileTarget {
  readonly kind = 'file';
  /** `null` until it is whole. */
  saved: Uint8Array | null = null;
  written = 0;
  isAbandoned = false;
  #parts: Uint8Array[] = [];

  sink = async (bytes: Uint8Array): Promise<void> => {
    this.written += bytes.length;
    this.#parts.push(Uint8Array.from(bytes));
  };

  async finish(): Promise<void> {
    this.saved = concatBytes(...this.#parts);
  }

  async abandon(): Promise<void> {
    this.#parts = [];
    this.isAbandoned = true;
  }
}
