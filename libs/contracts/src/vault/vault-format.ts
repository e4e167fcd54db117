import { DomainError, equalBytes, idBytes, type PersonId } from '@enlace/kernel';

/** A wrap or item that has not the form of its version. */
export class VaultMalformed extends DomainError {
  override readonly code = 'vault.malformed';
  override readonly kind = 'malformed';
}

/** How hard the passphrase function works; stored in the wrap, so that a later client can open it. */
export interface PassphraseCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** Never less than this, whatever the server says (protocol.md, section 9.1 and T5). */
export const PASSPHRASE_COST_MINIMUM: PassphraseCost = { memoryKiB: 64 * 1024, passes: 3 };
/** More than this is refused before it is tried: a planted wrap must not stop a device. */
export const PASSPHRASE_COST_MAXIMUM: PassphraseCost = { memoryKiB: 1024 * 1024, passes: 10 };

/** The byte `kind` of a wrap. Numbers are for ever. */
export const WRAP_KINDS = { passkey: 1, passphrase: 2, recovery: 3 } as const;
export type WrapKind = keyof typeof WRAP_KINDS;

/** Length of a wrap, version 1 (protocol.md, section 9.1). */
export const WRAP_BYTES = 160;

/** The byte `type` of an item. Numbers are for ever. */
export const VAULT_ITEM_TYPES = {
  'person-key': 1,
  'epoch-keys': 2,
  pins: 3,
  heads: 4,
  settings: 5,
} as const;
export type VaultItemType = keyof typeof VAULT_ITEM_TYPES;

/** Bytes of an item besides its content: head, nonce and tag. */
export const VAULT_ITEM_OVERHEAD_BYTES = 64 + 24 + 16;

/** A wrap taken apart; nothing in it is proven before its box opens. */
export interface WrapFields {
  readonly kind: WrapKind;
  readonly wrapId: Uint8Array;
  readonly personId: Uint8Array;
  /** When it was made, by the clock of the device that made it. */
  readonly createdMs: number;
  readonly cost: PassphraseCost;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  /** Everything before the box: what it is bound to. */
  readonly head: Uint8Array;
  readonly box: Uint8Array;
}

/** The clear head of an item. */
interface ItemHead {
  readonly type: VaultItemType;
  readonly personId: Uint8Array;
  readonly itemId: Uint8Array;
  readonly version: number;
}

/**
 * Reads a wrap without any key. Throws `vault.malformed` for another form, and for a cost of the passphrase function
 * below its minimum or above its maximum.
 */
// Attacker-controlled: a server hands out wraps, a client hands them in. Every fixed field is compared.
export function parseWrap(wrap: Uint8Array): WrapFields {
  if (wrap.length !== WRAP_BYTES) throw new VaultMalformed('a wrap has 160 bytes');
  const view = new DataView(wrap.buffer, wrap.byteOffset, wrap.byteLength);
  const kind = nameOf(WRAP_KINDS, view.getUint8(1));
  if (view.getUint8(0) !== 1 || kind === null || !isZero(wrap.subarray(2, 8))) {
    throw new VaultMalformed('not a wrap of version 1');
  }
  const cost = { memoryKiB: view.getUint32(48), passes: view.getUint32(52) };
  if (kind === 'passphrase') assertCost(cost);
  else if (cost.memoryKiB !== 0 || cost.passes !== 0) {
    throw new VaultMalformed('a cost without passphrase');
  }
  return {
    kind,
    cost,
    wrapId: wrap.subarray(8, 24),
    personId: wrap.subarray(24, 40),
    createdMs: Number(view.getBigUint64(40)),
    salt: wrap.subarray(56, 88),
    nonce: wrap.subarray(88, 112),
    head: wrap.subarray(0, 112),
    box: wrap.subarray(112),
  };
}

/** Reads the head of an item without any key. Throws `vault.malformed`. */
// Attacker-controlled: as wraps.
export function parseItemHead(item: Uint8Array): ItemHead {
  if (item.length < VAULT_ITEM_OVERHEAD_BYTES) throw new VaultMalformed('an item is cut');
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  const type = nameOf(VAULT_ITEM_TYPES, view.getUint8(1));
  const version = view.getBigUint64(56);
  if (view.getUint8(0) !== 1 || type === null || !isZero(item.subarray(2, 8))) {
    throw new VaultMalformed('not an item of version 1');
  }
  if (version < 1n || version > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new VaultMalformed('an impossible version of an item');
  }
  return {
    type,
    personId: item.subarray(8, 24),
    itemId: item.subarray(24, 56),
    version: Number(version),
  };
}

/** Costs outside the two bounds are refused on writing and on reading alike. Throws `vault.malformed`. */
export function assertCost({ memoryKiB, passes }: PassphraseCost): void {
  const isWithin =
    memoryKiB >= PASSPHRASE_COST_MINIMUM.memoryKiB &&
    memoryKiB <= PASSPHRASE_COST_MAXIMUM.memoryKiB &&
    passes >= PASSPHRASE_COST_MINIMUM.passes &&
    passes <= PASSPHRASE_COST_MAXIMUM.passes;
  if (!isWithin) {
    throw new VaultMalformed('the cost of the passphrase function is out of bounds', {
      facts: { memoryKiB, passes },
    });
  }
}

/** Whether the 16 bytes in a wrap or item are this id. */
export function isOfPerson({ personId }: { readonly personId: Uint8Array }, id: PersonId): boolean {
  return equalBytes(personId, idBytes(id));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function nameOf<Name extends string>(
  codes: Readonly<Record<Name, number>>,
  code: number,
): Name | null {
  for (const name in codes) if (codes[name] === code) return name;
  return null;
}
