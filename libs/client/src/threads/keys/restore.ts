import {
  EPOCHS_PER_ITEM,
  epochKeyId,
  epochName,
  shredHalfHash,
  withLateKeys,
  type KnownEpoch,
  type ThreadAlert,
  type ThreadView,
} from '@enlace/e2ee';
import { equalBytes, isDomainError } from '@enlace/kernel';

import type { ThreadShelf } from '../kept/thread-shelf.js';
import { decodeHead, decodeKeys, type KeptHead, type KeptKey } from './kept-keys.js';
import { halvesOf, type KeepingPorts, type ThreadVault } from './thread-vault.js';

/** What the vault of the person says of a thread that this device has read. */
export interface FoundInVault {
  readonly view: ThreadView;
  /** The server tells another log than another device of the person was told, or keeps its end back. */
  readonly alert: ThreadAlert | null;
}

/**
 * Keys that other devices of the person have kept, for epochs of which the log says that they are and whose keys are
 * not here; each is the one that the log names, or is not taken. The log is compared with how far those devices have
 * read. `null` where nothing is missing, or the vault is not to be had now. Throws `vault.rolled-back`,
 * `vault.head-refused`, `vault.not-opened`, `vault.incomplete`.
 */
export async function restoreKeys(
  view: ThreadView,
  ports: KeepingPorts,
  shelf: ThreadShelf,
): Promise<FoundInVault | null> {
  const missing = [...view.epochs.values()].filter(({ epochKey }) => epochKey === null);
  if (missing.length === 0 || ports.vault === null) return null;
  try {
    const vault = await ports.vault();
    const bytes = await vault.read({ type: 'heads', name: view.threadId });
    if (bytes === null) return null;
    const head = decodeHead(bytes);
    const alert = await comparedWith(head, view, shelf);
    if (alert !== null) return { view, alert };
    return await withKeysOf(vault, { view, missing, head }, ports);
  } catch (error) {
    if (isPassing(error)) return null;
    throw error;
  }
}

/** The log has to reach as far as another device has read it, and be the same there. */
async function comparedWith(
  { seq, startSeq: begun, chain }: KeptHead,
  { threadId, head, startSeq }: ThreadView,
  shelf: ThreadShelf,
): Promise<ThreadAlert | null> {
  if (startSeq > begun) return { kind: 'GAP', facts: { seq: begun + 1, rule: 'own-device' } };
  if (seq > head.seq) return { kind: 'GAP', facts: { seq, rule: 'own-device' } };
  if (seq <= startSeq) return null;
  const past = seq === head.seq ? head : await shelf.entryAt(threadId, seq);
  const isSame = past !== null && equalBytes(past.chain, chain);
  return isSame ? null : { kind: 'FORK', facts: { seq, rule: 'own-device' } };
}

async function withKeysOf(
  vault: ThreadVault,
  found: {
    readonly view: ThreadView;
    readonly missing: readonly KnownEpoch[];
    readonly head: KeptHead;
  },
  ports: KeepingPorts,
): Promise<FoundInVault | null> {
  const { view, missing, head } = found;
  const { threadId } = view;
  const shredHalf = (await halvesOf(ports, [threadId])).get(threadId);
  if (shredHalf === undefined) return null;
  if (!equalBytes(shredHalfHash(threadId, shredHalf), head.halfHash)) {
    const facts = { seq: head.seq, rule: 'shred-half' };
    return { view, alert: { kind: 'ROLLBACK', facts } };
  }
  const blocks = new Set(missing.map(({ epoch }) => epoch - (epoch % EPOCHS_PER_ITEM)));
  const kept: KeptKey[] = [];
  for (const epoch of [...blocks].toSorted((a, b) => a - b)) {
    const item = await vault.read({ type: 'epoch-keys', threadId, epoch, shredHalf });
    if (item !== null) kept.push(...decodeKeys(item));
  }
  return { view: taken(view, missing, kept), alert: null };
}

/** Each that the log names; what another log named is of no use here. */
function taken(
  view: ThreadView,
  missing: readonly KnownEpoch[],
  kept: readonly KeptKey[],
): ThreadView {
  const { threadId } = view;
  let after = view;
  for (const { epochKeyId: named, ...place } of missing) {
    const found = kept.find(
      ({ epochKey, ...of }) =>
        epochName(of) === epochName(place) &&
        equalBytes(epochKeyId(epochKey, { threadId, ...of }), named),
    );
    if (found === undefined) continue;
    const { incarnation, epoch, epochKey } = found;
    after = withLateKeys(after, { incarnation, keys: [{ epoch, epochKey }] });
  }
  return after;
}

/** Whether the vault may be had later: nothing is wrong with it. */
function isPassing(error: unknown): boolean {
  return isDomainError(error) && ['unavailable', 'limit'].includes(error.kind);
}
