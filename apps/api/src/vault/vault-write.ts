import { isOfPerson, parseItemHead, parseWrap, VAULT_LIMITS } from '@enlace/contracts';
import type { PutVaultRequest } from '@enlace/contracts/dto';
import { toBase64Url, type PersonId } from '@enlace/kernel';
import { vaultEntry, type VaultEntry } from '@enlace/trust';

import { Refusal } from '../platform/problem/refusal.js';

/** A line of the vault as it is kept; `bytes` of the sealed item. */
export interface KeptLine extends VaultEntry {
  readonly bytes: number;
}

/** A sealed item with its line. */
export interface SealedItem extends KeptLine {
  readonly item: Uint8Array;
}

/** What a person wants to change, taken apart. */
export interface VaultChange {
  /** null: the wraps stay. */
  readonly wraps: readonly Uint8Array[] | null;
  readonly items: readonly SealedItem[];
  /** base64url, as ids are compared. */
  readonly removed: ReadonlySet<string>;
}

/** Reads what came in. Throws `vault.malformed`; `vault.refused` for what belongs to somebody else or stands twice. */
// Attacker-controlled: whoever has a session. Nothing of it is opened here; that its form holds is all that is known.
export function readChange(request: PutVaultRequest, personId: PersonId): VaultChange {
  const wraps = request.wraps === undefined ? null : request.wraps.map(bytesOf);
  const fields = (wraps ?? []).map((wrap) => parseWrap(wrap));
  const items = request.items.map((text) => readItem(bytesOf(text), personId));
  const removed = new Set(request.removed);
  if (fields.some((wrap) => !isOfPerson(wrap, personId))) throw refused('wrap-of-another');
  assertOnce(fields.map(({ wrapId }) => toBase64Url(wrapId)));
  assertOnce([...items.map(({ itemId }) => toBase64Url(itemId)), ...(request.removed ?? [])]);
  return { wraps, items, removed };
}

/**
 * Whether a vault opens in as many ways, and as different ones, as its State asks for. Throws `vault.refused`: somebody
 * who forgets a passphrase must not lose everything.
 */
export function assertWaysToOpen(wraps: readonly Uint8Array[], minimum: number): void {
  const kinds = new Set(wraps.map((wrap) => parseWrap(wrap).kind));
  if (wraps.length < minimum) throw refused('wraps-count');
  if (kinds.size < 2) throw refused('wraps-alike');
}

/**
 * The lines after a change. Each item has the version after the one that is kept, so that two devices never write the
 * same one unnoticed. Throws `vault.refused`, `vault.full`.
 */
export function linesAfter(
  kept: readonly KeptLine[],
  { items, removed }: VaultChange,
): readonly KeptLine[] {
  const lines = new Map(kept.map((line) => [toBase64Url(line.itemId), line]));
  for (const id of removed) if (!lines.delete(id)) throw refused('removed-unknown');
  for (const item of items) {
    const id = toBase64Url(item.itemId);
    const before = lines.get(id)?.version ?? 0;
    if (item.version !== before + 1) throw refused('item-version');
    lines.set(id, item);
  }
  const after = [...lines.values()];
  const total = after.reduce((sum, { bytes }) => sum + bytes, 0);
  if (after.length > VAULT_LIMITS.items) {
    throw new Refusal('vault.full', { facts: { items: VAULT_LIMITS.items } });
  }
  if (total > VAULT_LIMITS.totalBytes) {
    throw new Refusal('vault.full', { facts: { bytes: VAULT_LIMITS.totalBytes } });
  }
  return after;
}

function readItem(item: Uint8Array, personId: PersonId): SealedItem {
  const head = parseItemHead(item);
  if (!isOfPerson(head, personId)) throw refused('item-of-another');
  if (item.length > VAULT_LIMITS.itemBytes) {
    throw new Refusal('vault.full', { facts: { itemBytes: VAULT_LIMITS.itemBytes } });
  }
  return { ...vaultEntry(head.itemId, head.version, item), item, bytes: item.length };
}

function assertOnce(ids: readonly string[]): void {
  if (new Set(ids).size !== ids.length) throw refused('twice');
}

// Megabytes at once: read by the platform, and compared with the one spelling that it has.
function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Refusal('vault.malformed');
  return bytes;
}

/** The whole has its form, and still is not what may be kept. */
export function refused(rule: string): Refusal {
  return new Refusal('vault.refused', { facts: { rule } });
}
