import {
  concatBytes,
  equalBytes,
  parseBase64Url,
  parseId,
  toBase64Url,
  u64be,
  type Branded,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';
import { hashLeaf, RootBuilder, type Hasher } from '@enlace/tlog';

import { SIGNING_LABELS } from '../labels.js';
import { signObject, type Seed } from '../sign-object.js';
import { isSignedBy, parseSignedObject, type SignedObject } from '../signed-object.js';
import { label, sodium } from '../sodium.js';
import { VaultHeadRefused } from './vault-error.js';

const HASH_BYTES = 32;
const WRAPS_LABEL = 'enlace/vault-wraps/v1';

/** One line of the vault's list: which version of an item is in force, and its hash. */
export interface VaultEntry {
  readonly itemId: Uint8Array;
  readonly version: number;
  /** SHA-256 of the sealed item. */
  readonly hash: Uint8Array;
}

interface VaultHeadFacts {
  readonly personId: PersonId;
  /** From 1; every write of the vault has the next. */
  readonly counter: number;
  readonly root: Uint8Array;
  readonly wrapsHash: Uint8Array;
}

/** What a device of the person said the vault is, with its signature checked. Only `verifyVaultHead` makes one. */
export type VaultHead = Branded<VaultHeadFacts & object, 'VaultHead'>;

/** The line of a sealed item in the vault's list. */
export function vaultEntry(itemId: Uint8Array, version: number, item: Uint8Array): VaultEntry {
  return { itemId, version, hash: sodium.crypto_hash_sha256(item) };
}

/** The wire of a head over everything that is in the vault, signed by a device of the person. */
export function signVaultHead(
  head: {
    readonly personId: PersonId;
    readonly counter: number;
    readonly entries: readonly VaultEntry[];
    readonly wraps: readonly Uint8Array[];
  },
  seed: Seed,
): string {
  if (!Number.isSafeInteger(head.counter) || head.counter < 1) {
    throw new RangeError('the counter of a vault begins at 1');
  }
  const body = {
    personId: head.personId,
    counter: head.counter,
    root: toBase64Url(rootOf(head.entries)),
    wrapsHash: toBase64Url(hashOfWraps(head.wraps)),
  };
  return signObject(SIGNING_LABELS.vaultHead, body, [seed]);
}

/**
 * Reads a head and checks that one of the person's devices signed it, and nobody else. Throws `vault.head-refused`.
 */
// Attacker-controlled: the server keeps the head and may answer with any that was ever signed.
export function verifyVaultHead(
  wire: string,
  signer: { readonly personId: PersonId; readonly signKeys: readonly Uint8Array[] },
): VaultHead {
  const object = parseWire(wire);
  const facts = readBody(object.body);
  const isOfDevice =
    object.signatures.length === 1 &&
    signer.signKeys.some((key) => isSignedBy(object, SIGNING_LABELS.vaultHead, key));
  if (!isOfDevice) throw new VaultHeadRefused('signer');
  if (facts.personId !== signer.personId) throw new VaultHeadRefused('person');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, after every check
  return facts as VaultHead;
}

/** Compares what the server lists with what the device signed. Throws `vault.head-refused`. */
export function assertVaultContents(
  head: VaultHead,
  contents: { readonly entries: readonly VaultEntry[]; readonly wraps: readonly Uint8Array[] },
): void {
  if (!equalBytes(head.root, rootOf(contents.entries))) throw new VaultHeadRefused('items');
  if (!equalBytes(head.wrapsHash, hashOfWraps(contents.wraps))) throw new VaultHeadRefused('wraps');
}

function parseWire(wire: string): SignedObject {
  try {
    return parseSignedObject(wire);
  } catch (cause) {
    throw new VaultHeadRefused('form', { cause });
  }
}

function readBody(body: JsonObject): VaultHeadFacts {
  const { personId, counter, root, wrapsHash } = body;
  const isWhole =
    Object.keys(body).toSorted().join() === 'counter,personId,root,wrapsHash' &&
    typeof personId === 'string' &&
    typeof counter === 'number' &&
    counter >= 1 &&
    typeof root === 'string' &&
    typeof wrapsHash === 'string';
  if (!isWhole) throw new VaultHeadRefused('members');
  try {
    const hashes = { root: parseBase64Url(root), wrapsHash: parseBase64Url(wrapsHash) };
    if (Object.values(hashes).some(({ length }) => length !== HASH_BYTES)) {
      throw new VaultHeadRefused('members');
    }
    return { personId: parseId(personId), counter, ...hashes };
  } catch (cause) {
    throw cause instanceof VaultHeadRefused ? cause : new VaultHeadRefused('members', { cause });
  }
}

const hasher: Hasher = { sha256: (bytes) => sodium.crypto_hash_sha256(bytes) };

/** RFC 6962 over the lines `itemId || version || hash`, in the order of the ids; each id once. */
function rootOf(entries: readonly VaultEntry[]): Uint8Array {
  const sorted = entries.toSorted((a, b) => compareBytes(a.itemId, b.itemId));
  const tree = new RootBuilder(hasher);
  for (const [at, { itemId, version, hash }] of sorted.entries()) {
    const before = sorted[at - 1];
    if (itemId.length !== HASH_BYTES || hash.length !== HASH_BYTES) {
      throw new VaultHeadRefused('item-form');
    }
    if (before && equalBytes(before.itemId, itemId)) throw new VaultHeadRefused('item-twice');
    tree.push(hashLeaf(hasher, concatBytes(itemId, u64be(version), hash)));
  }
  return tree.root();
}

/** Over the hashes of the wraps in their order, so that where one ends and the next begins is fixed. */
function hashOfWraps(wraps: readonly Uint8Array[]): Uint8Array {
  const hashes = wraps.map((wrap) => sodium.crypto_hash_sha256(wrap)).toSorted(compareBytes);
  return sodium.crypto_hash_sha256(concatBytes(label(WRAPS_LABEL), ...hashes));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}
