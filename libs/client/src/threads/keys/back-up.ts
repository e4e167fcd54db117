import { EPOCHS_PER_ITEM, shredHalfHash, type ThreadView } from '@enlace/e2ee';
import {
  canonicalJson,
  equalBytes,
  parseId,
  sha256,
  toBase64Url,
  utf8,
  type ThreadId,
} from '@enlace/kernel';

import type { StoreChange } from '../../store/local-store.js';
import type { VaultRevision } from '../../vault/vault.js';
import { kept } from '../kept/kept-fields.js';
import { ThreadShelf } from '../kept/thread-shelf.js';
import { ThreadStopped } from '../thread-stopped.js';
import { decodeHead, encodeHead, keysOf, withKeys, type KeptKey } from './kept-keys.js';
import { halvesOf, type KeepingPorts } from './thread-vault.js';

const MARKS = 'thread-backups';
/** Threads of one write: it carries at most 4 MiB. */
const THREADS_PER_WRITE = 16;

/**
 * Brings to the vault what the threads of this device have that it has not: keys of epochs, and how far each log was
 * read. Which threads those are is kept with every step that gives them something, so that dying before costs nothing
 * but the time until the next call. Resolves to how many threads wait still: the server tells no half of theirs, or
 * there is no vault. Throws as `Vault.change`, and `thread.stopped` where another device of the person was shown
 * another log: nothing of it is overwritten.
 */
export async function backUpThreads(ports: KeepingPorts, shelf: ThreadShelf): Promise<number> {
  const { store, vault } = ports;
  const due = (await store.keys(ThreadShelf.due)).toSorted().map((id) => parseId<ThreadId>(id));
  if (due.length === 0 || vault === null) return due.length;
  const halves = await halvesOf(ports, due);
  const ready = due.flatMap((threadId) => {
    const half = halves.get(threadId);
    return half === undefined ? [] : [{ threadId, half }];
  });
  for (let at = 0; at < ready.length; at += THREADS_PER_WRITE) {
    const made: Backup[] = [];
    for (const one of ready.slice(at, at + THREADS_PER_WRITE)) {
      const backup = await backupOf(ports, shelf, one);
      if (backup !== null) made.push(backup);
    }
    const revisions = made.flatMap((backup) => backup.revisions);
    if (revisions.length > 0) await (await vault()).change(revisions);
    await store.commit(made.flatMap((backup) => backup.done));
  }
  return (await store.keys(ThreadShelf.due)).length;
}

interface Backup {
  readonly revisions: readonly VaultRevision[];
  /** What the store remembers once they are in the vault. */
  readonly done: readonly StoreChange[];
}

async function backupOf(
  { store }: KeepingPorts,
  shelf: ThreadShelf,
  { threadId, half }: { readonly threadId: ThreadId; readonly half: Uint8Array },
): Promise<Backup | null> {
  const view = await shelf.load(threadId);
  if (view === null) return null;
  const bytes = await store.get(MARKS, threadId);
  const mark = bytes === null ? null : kept.value(bytes, ({ blocks }) => kept.object(blocks));
  const blocks = blocksOf(view);
  const digests = Object.fromEntries([...blocks].map(([first, keys]) => [first, digestOf(keys)]));
  const changed = [...blocks].filter(([first]) => mark?.[first] !== digests[first]);
  const revisions = changed.map(([epoch, keys]): VaultRevision => {
    const name = { type: 'epoch-keys', threadId, epoch, shredHalf: half } as const;
    return { name, revise: (before) => withKeys(before, keys) };
  });
  const marked = { table: MARKS, key: threadId, value: utf8(canonicalJson({ blocks: digests })) };
  return {
    revisions: [...revisions, headRevision(view, shelf, half)],
    done: [marked, { table: ThreadShelf.due, key: threadId, value: null }],
  };
}

// A device that has read further has the newer head; one that has read as far must have seen the same log.
function headRevision(view: ThreadView, shelf: ThreadShelf, half: Uint8Array): VaultRevision {
  const { threadId, head, startSeq } = view;
  const own = {
    seq: head.seq,
    startSeq,
    chain: head.chain,
    halfHash: shredHalfHash(threadId, half),
  };
  return {
    name: { type: 'heads', name: threadId },
    revise: async (before) => {
      if (before === null) return encodeHead(own);
      const known = decodeHead(before);
      if (known.seq > head.seq) return before;
      if (known.seq > startSeq) {
        const past = await shelf.entryAt(threadId, known.seq);
        const isSame = past !== null && equalBytes(past.chain, known.chain);
        if (!isSame) throw forked(threadId, known.seq);
      }
      return encodeHead(own);
    },
  };
}

function forked(threadId: ThreadId, seq: number): ThreadStopped {
  return new ThreadStopped({ kind: 'FORK', facts: { threadId, seq, rule: 'own-device' } });
}

/** Keys by the first epoch of their item. */
function blocksOf(view: ThreadView): ReadonlyMap<number, readonly KeptKey[]> {
  const blocks = new Map<number, KeptKey[]>();
  for (const key of keysOf(view)) {
    const first = key.epoch - (key.epoch % EPOCHS_PER_ITEM);
    blocks.set(first, [...(blocks.get(first) ?? []), key]);
  }
  return blocks;
}

function digestOf(keys: readonly KeptKey[]): string {
  return toBase64Url(sha256(withKeys(null, keys)));
}
