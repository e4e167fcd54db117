import {
  decodeEntry,
  entryHash,
  nextChain,
  type ChainHead,
  type EntriesShown,
  type PlacedEntry,
  type ShownEntry,
} from '@enlace/contracts';
import { parseBase64Url, toBase64Url } from '@enlace/kernel';

import type { LyingServer, Passing } from '../people/lying-server.js';

const ENTRIES = /^\/threads\/(?<threadId>[0-9a-f-]{36})\/entries\?/u;

/**
 * Tells another log than the real one: entries are numbered anew and the chain is computed over them, so that it is a
 * log in itself. Whatever a client finds wrong with it is what no chain can hide.
 */
export function tellingLog(
  change: (entries: readonly PlacedEntry[]) => readonly PlacedEntry[],
): LyingServer['lie'] {
  return retelling((told) => {
    const entries = change(told.entries.filter(isWhole));
    const first = told.entries[0]?.seq ?? 1;
    return rechained({ ...told, entries: entries.map((one, at) => ({ ...one, seq: first + at })) });
  });
}

/** The answer to whoever reads entries, as it is changed. */
export function retelling(change: (told: EntriesShown) => EntriesShown): LyingServer['lie'] {
  return ({ method, url, status, text }: Passing) => {
    if (method !== 'GET' || status !== 200 || !ENTRIES.test(url)) return text;
    return JSON.stringify(change(JSON.parse(text)));
  };
}

/** The head that these entries lead to. */
export function rechained(told: EntriesShown): EntriesShown {
  const [first] = told.entries;
  if (first === undefined) return told;
  let head: ChainHead = { seq: first.seq - 1, chain: parseBase64Url(told.before), acceptedAtMs: 0 };
  for (const { acceptedAt, entry } of told.entries.filter(isWhole)) {
    const hash = entryHash(decodeEntry(parseBase64Url(entry)));
    head = nextChain(head, { acceptedAtMs: Date.parse(acceptedAt), entryHash: hash });
  }
  return { ...told, head: { ...told.head, seq: head.seq, chain: toBase64Url(head.chain) } };
}

/** In these stories nobody erases anything. */
function isWhole(shown: ShownEntry): shown is PlacedEntry {
  return 'entry' in shown;
}
