import { VAULT_ITEM_TYPES, WRAP_KINDS, type VaultWrite, type WrapKind } from '@enlace/contracts';
import {
  concatBytes,
  parseHex,
  parseId,
  systemRandom,
  toBase64Url,
  u64be,
  type PersonId,
} from '@enlace/kernel';
import { forTestsOnlySeed } from '@enlace/testing';
import { signVaultHead, vaultEntry, type VaultEntry } from '@enlace/trust';

const personBytes = (personId: string) => parseHex(personId.replaceAll('-', ''));

const MINIMUM = { memoryKiB: 65_536, passes: 3 };
const NONE = { memoryKiB: 0, passes: 0 };

/** A wrap of the form of the page; its box holds nothing. */
export function aWrap(
  kind: WrapKind,
  personId: string,
  cost: { readonly memoryKiB: number; readonly passes?: number } | null = null,
): Uint8Array<ArrayBuffer> {
  const { memoryKiB, passes = 3 } = cost ?? (kind === 'passphrase' ? MINIMUM : NONE);
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, memoryKiB);
  numbers.setUint32(4, passes);
  return concatBytes(
    Uint8Array.of(1, WRAP_KINDS[kind], 0, 0, 0, 0, 0, 0),
    systemRandom.bytes(16),
    personBytes(personId),
    u64be(1_830_000_000_000),
    new Uint8Array(numbers.buffer),
    systemRandom.bytes(32 + 24 + 48),
  );
}

/** An item of the form of the page; what is in it, nobody can read. */
export function anItem(
  personId: string,
  { itemId = systemRandom.bytes(32), version = 1, bytes = 32 } = {},
): Uint8Array<ArrayBuffer> {
  return concatBytes(
    Uint8Array.of(1, VAULT_ITEM_TYPES.settings, 0, 0, 0, 0, 0, 0),
    personBytes(personId),
    itemId,
    u64be(version),
    systemRandom.bytes(24 + bytes + 16),
  );
}

/** A vault as a client keeps it in mind, written apart from the client that we ship. */
export class HandMadeVault {
  counter = 0;
  wraps: readonly Uint8Array[];
  items: readonly Uint8Array[] = [];

  constructor(readonly personId: string) {
    this.wraps = [aWrap('passphrase', personId), aWrap('recovery', personId)];
  }

  /** Everything anew, as at the first write or after the root key changed. */
  write(signer: string, change: Partial<VaultWrite> = {}): VaultWrite {
    return {
      head: this.head(signer),
      wraps: this.wraps.map(toBase64Url),
      items: this.items.map(toBase64Url),
      ...change,
    };
  }

  head(signer: string, { counter = this.counter + 1, personId = this.personId } = {}): string {
    const { wraps } = this;
    const entries = this.items.map(entryOf);
    const id = parseId<PersonId>(personId);
    return signVaultHead({ personId: id, counter, entries, wraps }, forTestsOnlySeed(signer));
  }
}

function entryOf(item: Uint8Array): VaultEntry {
  const version = Number(new DataView(item.buffer, item.byteOffset).getBigUint64(56));
  return vaultEntry(item.subarray(24, 56), version, item);
}
