import { ROUTES, VAULT_LIMITS, type VaultWrite } from '@enlace/contracts';
import {
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  toBase64Url,
  type JsonValue,
} from '@enlace/kernel';
import { vaultEntry, VaultHeadRefused, type VaultEntry } from '@enlace/trust';

import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';

/** What the server says a vault is. Nothing of it is believed before the head was verified over it. */
export interface ToldVault {
  readonly head: string | null;
  readonly wraps: readonly Uint8Array[];
  readonly entries: readonly VaultEntry[];
}

/** Asks for head, wraps and list. Throws the refusal of the server, `client.answer-malformed`. */
export async function askForVault(session: Session): Promise<ToldVault> {
  const told = await session.request({ method: 'GET', path: ROUTES.vault }, 'background');
  const { head, wraps, items } = isJsonObject(told) ? told : {};
  const isHead = head === null || (typeof head === 'string' && head.length > 0);
  if (!isHead || !Array.isArray(wraps) || !Array.isArray(items)) throw new AnswerMalformed('vault');
  if (wraps.length > VAULT_LIMITS.wraps || items.length > VAULT_LIMITS.items) {
    throw new AnswerMalformed('vault');
  }
  return { head, wraps: wraps.map(readBytes), entries: items.map(readEntry) };
}

/**
 * One sealed item, which is the one that the head was signed over. Throws `vault.head-refused` when the server gives
 * out another one.
 */
export async function askForItem(session: Session, entry: VaultEntry): Promise<Uint8Array> {
  const path = ROUTES.vaultItem.replace(':itemId', toBase64Url(entry.itemId));
  const told = await session.request({ method: 'GET', path }, 'background');
  const item = readBytes(isJsonObject(told) ? told['item'] : null);
  const { hash } = vaultEntry(entry.itemId, entry.version, item);
  if (!equalBytes(hash, entry.hash)) throw new VaultHeadRefused('item');
  return item;
}

/** True when it was kept; false when another device wrote before. Throws every other refusal of the server. */
export async function handIn(session: Session, write: VaultWrite): Promise<boolean> {
  const { head, wraps, items, removed } = write;
  const body = {
    head,
    items: [...items],
    ...(wraps === undefined ? {} : { wraps: [...wraps] }),
    ...(removed === undefined ? {} : { removed: [...removed] }),
  };
  try {
    await session.request({ method: 'PUT', path: ROUTES.vault, body }, 'act');
    return true;
  } catch (error) {
    if (isDomainError(error, 'vault.conflict')) return false;
    throw error;
  }
}

function readEntry(value: JsonValue): VaultEntry {
  const { itemId, version, hash } = isJsonObject(value) ? value : {};
  if (typeof version !== 'number' || version < 1) throw new AnswerMalformed('vault');
  return { itemId: readBytes(itemId), version, hash: readBytes(hash) };
}

// Attacker-controlled: the server's text.
function readBytes(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new AnswerMalformed('vault');
  try {
    return parseBase64Url(value);
  } catch (cause) {
    throw new AnswerMalformed('vault', { cause });
  }
}
