import { ROUTES, THREAD_LIMITS } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';

import type { LocalStore } from '../../store/local-store.js';
import { AnswerFields } from '../../transport/answer-fields.js';
import type { Vault } from '../../vault/vault.js';
import type { Asking } from '../wire/thread-wire.js';

const TABLE = 'thread-halves';
const HALF_BYTES = 32;
/** Threads of one person; a server that lists without end is stopped here. */
const PAGES_LIMIT = 50;

const fields = new AnswerFields('thread-list');

/** The vault of the person as its threads use it. */
export type ThreadVault = Pick<Vault, 'read' | 'change' | 'names'>;

/** What the keys of threads are kept with. */
export interface KeepingPorts {
  readonly session: Asking;
  readonly store: LocalStore;
  /** Opens the vault once it is needed; `null` where the person has none. Throws as `fetchVault`. */
  readonly vault: (() => Promise<ThreadVault>) | null;
}

/**
 * The server's halves of the keys under which the vault keeps those of threads, kept here once they were told: sealed
 * as everything of the device is. Nothing for a thread in which the person is no member, or that was shredded.
 */
export async function halvesOf(
  { session, store }: Pick<KeepingPorts, 'session' | 'store'>,
  threadIds: readonly ThreadId[],
): Promise<ReadonlyMap<ThreadId, Uint8Array>> {
  const known = new Map<ThreadId, Uint8Array>();
  for (const threadId of threadIds) {
    const half = await store.get(TABLE, threadId);
    if (half !== null) known.set(threadId, half);
  }
  if (known.size === new Set(threadIds).size) return known;
  for (const [threadId, half] of await askForHalves(session)) {
    if (half === null || !threadIds.includes(threadId) || known.has(threadId)) continue;
    await store.put(TABLE, threadId, half);
    known.set(threadId, half);
  }
  return known;
}

/** Whether the server has no half any more of a thread that it still lists for the person. */
export async function isHalfGone(session: Asking, threadId: ThreadId): Promise<boolean> {
  return (await askForHalves(session)).get(threadId) === null;
}

// Attacker-controlled: a wrong half seals nothing that opens later; its hash beside the keys says so.
async function askForHalves(session: Asking): Promise<ReadonlyMap<ThreadId, Uint8Array | null>> {
  const told = new Map<ThreadId, Uint8Array | null>();
  let query: Readonly<Record<string, string>> = {};
  for (let pages = 0; pages < PAGES_LIMIT; pages += 1) {
    const request = { method: 'GET', path: ROUTES.threads, query } as const;
    const { threads } = fields.object(await session.request(request, 'background'));
    const page = fields.list(threads, THREAD_LIMITS.threadsPerPage).map((value) => {
      const { threadId, shredHalf } = fields.object(value);
      const half = shredHalf === null ? null : fields.bytes(shredHalf, HALF_BYTES);
      return { threadId: fields.id<ThreadId>(threadId), half };
    });
    for (const { threadId, half } of page) told.set(threadId, half);
    const last = page.at(-1);
    if (last === undefined || page.length < THREAD_LIMITS.threadsPerPage) break;
    query = { after: last.threadId };
  }
  return told;
}
