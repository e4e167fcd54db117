import type { FileSpool, Stretch } from '@enlace/client';

const FOLDER = 'enlace-files';

/**
 * Sealed files on their way, in the file system that the browser keeps for this origin, a folder for each device. Only
 * ciphertext is in it; the keys are in the store. A file that is being written stays open until it is read or let go.
 */
export class OpfsSpool implements FileSpool {
  readonly #device: string;
  #before: Promise<unknown> = Promise.resolve();
  #writing: { readonly name: string; readonly file: FileSystemSyncAccessHandle } | null = null;

  constructor(device: string) {
    this.#device = device;
  }

  async length(name: string): Promise<number> {
    return (await this.#with(name, (file) => file.getSize())) ?? 0;
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    await this.#inTurn(async () => {
      const file = await this.#opened(name);
      const end = file.getSize();
      let done = 0;
      while (done < bytes.length) done += file.write(bytes.subarray(done), { at: end + done });
    });
  }

  async read(name: string, { from, to }: Stretch): Promise<Uint8Array> {
    const bytes = new Uint8Array(to - from);
    const read = await this.#with(name, (file) => file.read(bytes, { at: from }));
    return bytes.subarray(0, read ?? 0);
  }

  async sync(name: string): Promise<void> {
    await this.#with(name, (file) => file.flush());
  }

  async remove(name: string): Promise<void> {
    await this.#inTurn(async () => {
      this.#close();
      await (await this.#folder()).removeEntry(name).catch(ignoreAbsent);
    });
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of (await this.#folder()).keys()) names.push(name);
    return names;
  }

  async #opened(name: string): Promise<FileSystemSyncAccessHandle> {
    if (this.#writing?.name === name) return this.#writing.file;
    this.#close();
    const handle = await (await this.#folder()).getFileHandle(name, { create: true });
    const file = await handle.createSyncAccessHandle();
    this.#writing = { name, file };
    return file;
  }

  /** Null for a file that is not there. */
  async #with<Result>(
    name: string,
    act: (file: FileSystemSyncAccessHandle) => Result,
  ): Promise<Result | null> {
    return this.#inTurn(async () => {
      this.#close();
      const handle = await (await this.#folder()).getFileHandle(name).catch(ignoreAbsent);
      if (handle === null) return null;
      const file = await handle.createSyncAccessHandle();
      try {
        return act(file);
      } finally {
        file.close();
      }
    });
  }

  /** A file is open once at a time, and several are moved beside each other. */
  async #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#before.then(act);
    this.#before = turn.catch(() => {});
    return turn;
  }

  #close(): void {
    this.#writing?.file.close();
    this.#writing = null;
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle(FOLDER, { create: true });
    return all.getDirectoryHandle(this.#device, { create: true });
  }
}

function ignoreAbsent(error: unknown): null {
  if (error instanceof DOMException && error.name === 'NotFoundError') return null;
  throw error;
}
