import type { Readable } from 'node:stream';

/** A stretch of an object, in bytes; `to` is exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the bytes of attached files lie, under keys that only the database knows. Objects grow at their end, are
 * sealed, and then never change. What a method has resolved for survives a crash of the machine. Without room for more
 * bytes, writing throws `storage.full`, and a store that is away `service.unavailable`.
 */
export interface AttachmentStore {
  /** Throws `storage.full` when so many bytes more would leave too little room for everything else. */
  assertRoom(length: number): Promise<void>;
  /** Puts bytes at `offset` of an object that is not sealed. The same bytes at the same place again change nothing. */
  write(key: string, offset: number, bytes: Uint8Array): Promise<void>;
  /** Ends the growth of an object. One that is sealed already stays so. */
  seal(key: string): Promise<void>;
  /** The bytes of a stretch, also of an object that still grows. */
  read(key: string, stretch: Stretch): Promise<Readable>;
  /** Forgets an object; one that is not there is forgotten already. */
  remove(key: string): Promise<void>;
  /** Every key under which something lies. */
  keys(): AsyncIterable<string>;
  /** When the object was written last, in milliseconds of Unix time; `null` for one that is not there. */
  changedAtMs(key: string): Promise<number | null>;
}

export const ATTACHMENT_STORE = Symbol('AttachmentStore');
