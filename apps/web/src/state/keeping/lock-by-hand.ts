import { lock } from '../workspace.js';

/** Somebody who locks waits at most so long for what was typed last. In milliseconds. */
const KEEPING_LIMIT_MS = 1_000;

type Keep = () => Promise<void>;
const keepers = new Set<Keep>();

/** Has `keep` run before the page is locked by hand; it does nothing where all is kept. Returns what takes it back. */
export function keptBeforeLock(keep: Keep): () => void {
  keepers.add(keep);
  return () => keepers.delete(keep);
}

/** Locks the page once what was typed last is kept, or could not be within a moment. */
export async function lockByHand(): Promise<void> {
  const kept = Promise.allSettled([...keepers].map(async (keep) => keep()));
  const moment = new Promise<void>((go) => void setTimeout(go, KEEPING_LIMIT_MS));
  await Promise.race([kept, moment]);
  lock('asked');
}
