import { concatBytes, idBytes, sha256, u64be, utf8, type ThreadId } from '@enlace/kernel';

const LABEL = utf8('enlace/chain/v1\0');

/** A place in a thread's log, and the hash over everything up to it. */
export interface ChainHead {
  readonly seq: number;
  /** 32 bytes. */
  readonly chain: Uint8Array;
  /** Unix milliseconds of the last entry; never lower than that of the one before. */
  readonly acceptedAtMs: number;
}

/** Before the first entry. */
export function chainStart(threadId: ThreadId): ChainHead {
  return { seq: 0, chain: sha256(concatBytes(LABEL, idBytes(threadId))), acceptedAtMs: 0 };
}

/** After one more entry. Clients compute it themselves: it is the order that the server committed itself to. */
export function nextChain(
  { seq, chain }: Pick<ChainHead, 'seq' | 'chain'>,
  entry: { readonly acceptedAtMs: number; readonly entryHash: Uint8Array },
): ChainHead {
  const { acceptedAtMs } = entry;
  const next = seq + 1;
  const input = concatBytes(LABEL, chain, u64be(next), u64be(acceptedAtMs), entry.entryHash);
  return { seq: next, chain: sha256(input), acceptedAtMs };
}
