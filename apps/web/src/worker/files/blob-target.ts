import type { FileTarget } from '@enlace/client';

/** Holds an opened file until a person saves it. */
export class BlobTarget implements FileTarget {
  readonly kind = 'page';
  #parts: Uint8Array<ArrayBuffer>[] = [];

  sink = async (bytes: Uint8Array): Promise<void> => {
    this.#parts.push(new Uint8Array(bytes));
  };

  /** Every part of a file that is whole; nothing of one that is not. */
  get parts(): readonly Uint8Array<ArrayBuffer>[] {
    return this.#parts;
  }

  async finish(): Promise<void> {}

  async abandon(): Promise<void> {
    this.#parts = [];
  }
}
