import { equalBytes } from '@enlace/kernel';
import {
  formatAddCheckpoint,
  formatNote,
  openCheckpoint,
  TlogError,
  VerifiedTiles,
  type TreeHead,
  type VerifiedCheckpoint,
  type VerifierKey,
} from '@enlace/tlog';
import { noteCrypto } from '../log/note-crypto.js';
import { PartMissing, prefixOf, sendNote, ServedLog, type PartReader } from '../log/log-reader.js';
import { heldCheckpoint, type HeldLog } from './witness-folder.js';
import type { Witness } from './witness.js';

/** What became of one log in one round. */
export type Polled =
  | { readonly kind: 'cosigned'; readonly origin: string; readonly size: number }
  | { readonly kind: 'same' | 'absent'; readonly origin: string }
  | { readonly kind: 'refused'; readonly origin: string; readonly status: number };

/**
 * One round over one log: the request that a server would have made is made here, from its checkpoint and tiles, and
 * decided by the same state machine. Throws `server.unreachable`, `server.answered`.
 */
export async function pollLog(
  witness: Witness,
  { url, read }: { readonly url: string; readonly read: PartReader },
  held: HeldLog,
): Promise<Polled> {
  const origin = held.key.name;
  const served = new ServedLog(read, prefixOf(origin));
  const note = await served.checkpoint();
  if (note === null) return { kind: 'absent', origin };
  const offered = openOffered(note, held, witness.key);
  if (offered === null) return { kind: 'refused', origin, status: 403 };
  const known = heldCheckpoint(held);
  if (offered.cosignatures.length > 0 && isSame(known, offered)) return { kind: 'same', origin };
  const body = await requestFor(served, { offered, known });
  if (body === null) return { kind: 'refused', origin, status: 422 };
  const answer = await witness.answerFolded(body);
  if (answer.status !== 200) return { kind: 'refused', origin, status: answer.status };
  const lines = [...offered.logSignatures.map(({ line }) => line), answer.body.trimEnd()];
  const status = await sendNote(
    `${url}${served.prefix}/cosignatures`,
    formatNote(offered.text, lines),
  );
  if (status !== 204) return { kind: 'refused', origin, status };
  return { kind: 'cosigned', origin, size: offered.size };
}

/**
 * A smaller head than the one that is held has no proof: the state machine refuses it, and keeps what it has. Null
 * where
 * the tiles are not those of the head.
 */
async function requestFor(
  served: ServedLog,
  { offered, known }: { readonly offered: VerifiedCheckpoint; readonly known: TreeHead | null },
): Promise<Uint8Array | null> {
  const oldSize = known?.size ?? 0;
  const lines = offered.logSignatures.map(({ line }) => line);
  const checkpoint = formatNote(offered.text, lines);
  if (oldSize === 0 || oldSize >= offered.size) {
    return formatAddCheckpoint({ oldSize, proof: [], checkpoint });
  }
  try {
    const tree = await VerifiedTiles.open(noteCrypto, served, offered);
    const proof = await tree.consistencyProof(oldSize);
    return formatAddCheckpoint({ oldSize, proof, checkpoint });
  } catch (error) {
    if (error instanceof TlogError || error instanceof PartMissing) return null;
    throw error;
  }
}

// Attacker-controlled: the note. Null for one that the log did not sign.
function openOffered(
  note: Uint8Array,
  { key }: HeldLog,
  own: VerifierKey,
): VerifiedCheckpoint | null {
  try {
    const keys = { origin: key.name, logKeys: [key], witnessKeys: [own] };
    return openCheckpoint(noteCrypto, note, keys);
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}

function isSame(known: TreeHead | null, offered: TreeHead): boolean {
  return known?.size === offered.size && equalBytes(known.root, offered.root);
}
