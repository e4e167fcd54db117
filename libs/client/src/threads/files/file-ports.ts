import type { SaveTarget } from '@enlace/contracts';
import type { ByteSink, ByteSource, FileHashing } from '@enlace/e2ee';

import type { ThreadPorts } from '../thread-ports.js';

/**
 * Sealed bytes on their way, up or down: too large for the store, and of no use to anybody without it. Names are given
 * by this library. What was put survives the end of the program; what a crash of the machine took is found by the
 * checks of the file, and fetched or sealed again.
 */
export interface FileSpool {
  /** How many bytes are kept under a name: 0 where there are none. */
  length(name: string): Promise<number>;
  /** Behind what is kept. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** From a place up to another; both lie within what is kept. */
  read(name: string, stretch: Stretch): Promise<Uint8Array>;
  /** When it resolves, what was put survives a crash of the machine as well. */
  sync(name: string): Promise<void>;
  /** Removing what is not there changes nothing. */
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

/** Bytes from a place up to another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A file of this machine that shall go into a thread. */
export interface FileToSend {
  readonly name: string;
  readonly mediaType: string;
  /** In bytes; a file that turns out to have others is refused. */
  readonly size: number;
  /** Differs from one file, and from one state of a file, to the other: asked again, nothing is sealed twice. */
  readonly mark: string;
  read(): ByteSource;
}

/** Where an opened file goes: nobody takes it for the file before `finish` has resolved. */
export interface FileTarget {
  /** Where that is, for the record. */
  readonly kind: SaveTarget;
  readonly sink: ByteSink;
  finish(): Promise<void>;
  /** Leaves nothing of it behind. */
  abandon(): Promise<void>;
}

/** How far a file is: bytes of the sealed one. */
export interface FileProgress {
  readonly step: 'sealed' | 'sent' | 'fetched' | 'opened';
  readonly name: string;
  readonly done: number;
  readonly total: number;
}
/** What it throws ends the transfer where it is: what was moved stays, and asked for again it goes on from there. */
export type TellProgress = (progress: FileProgress) => void;

/** What files of threads are sent and saved with. */
export interface FilePorts extends ThreadPorts {
  readonly spool: FileSpool;
  readonly hashing: FileHashing;
}
