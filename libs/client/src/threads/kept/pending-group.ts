import { decodeEntry, entryHash } from '@enlace/contracts';
import type { EpochKey, GroupPort, PendingGroup } from '@enlace/e2ee';
import { canonicalJson, toBase64Url, utf8 } from '@enlace/kernel';

import { kept } from './kept-fields.js';
import type { GroupKeeping } from './kept-view.js';
import type { OutboxItem } from './outbox.js';

/** What the device goes on with once its commit stands in the log, as the outbox keeps it; the store seals it. */
export function encodePending(
  { epochKey, group }: Pick<PendingGroup, 'epochKey' | 'group'>,
  port: GroupPort,
): Uint8Array {
  const serialised = toBase64Url(port.serialise(group));
  return utf8(canonicalJson({ v: 1, epochKey: toBase64Url(epochKey), group: serialised }));
}

/** The commit that an item has under way, `null` for any other item. Throws `store.damaged`, `group.*`. */
export function pendingOf(
  item: OutboxItem | undefined,
  { port, auth }: GroupKeeping,
): PendingGroup | null {
  const [bytes] = item?.prepared?.entries ?? [];
  const next = item?.prepared?.next ?? null;
  if (bytes === undefined || next === null) return null;
  return kept.value(next, ({ epochKey, group }) => ({
    entryHash: entryHash(decodeEntry(bytes)),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one when it was kept; the store is sealed
    epochKey: kept.bytes(epochKey) as EpochKey,
    group: port.restore(kept.bytes(group), auth),
  }));
}
