import { ByteReader, concatBytes, equalBytes, u64be, utf8 } from '@enlace/kernel';

import { CommitRefused } from './commit-refused.js';

const MAGIC = utf8('ENLC');
const VERSION = 1;
const HASH_BYTES = 32;

/** What a commit is bound to, signed inside it: the statement around it cannot be exchanged (protocol.md, B5). */
export interface CommitContext {
  /** Hash of the changes that the commit makes. */
  readonly changesHash: Uint8Array;
  /** Hash of the thread's state after them. */
  readonly stateHash: Uint8Array;
  /** The last entry that the author had processed, and the chain there. */
  readonly seenSeq: number;
  readonly seenChain: Uint8Array;
}

/** The `authenticated_data` of a commit: `"ENLC" || u8 1 || changesHash || stateHash || u64 seenSeq || seenChain`. */
export function encodeCommitContext(context: CommitContext): Uint8Array<ArrayBuffer> {
  const { changesHash, stateHash, seenSeq, seenChain } = context;
  if ([changesHash, stateHash, seenChain].some((hash) => hash.length !== HASH_BYTES)) {
    throw new RangeError('a context is made of hashes of 32 bytes');
  }
  const head = concatBytes(MAGIC, Uint8Array.of(VERSION));
  return concatBytes(head, changesHash, stateHash, u64be(seenSeq), seenChain);
}

/** Throws `commit.invalid`, rule `context`. */
export function decodeCommitContext(bytes: Uint8Array): CommitContext {
  const reader = new ByteReader(bytes, ContextRefused);
  if (!equalBytes(reader.take(MAGIC.length), MAGIC) || reader.u8() !== VERSION) {
    throw new ContextRefused();
  }
  const context = {
    changesHash: reader.take(HASH_BYTES),
    stateHash: reader.take(HASH_BYTES),
    seenSeq: reader.u64(),
    seenChain: reader.take(HASH_BYTES),
  };
  reader.end();
  return context;
}

export function isSameContext(a: CommitContext, b: CommitContext): boolean {
  return equalBytes(encodeCommitContext(a), encodeCommitContext(b));
}

class ContextRefused extends CommitRefused {
  constructor() {
    super('context');
  }
}
