import type { VaultWrite } from '@enlace/contracts';
import {
  openVaultItem,
  sealVaultItem,
  vaultItemId,
  VaultNotOpened,
  type VaultItemName,
} from '@enlace/e2ee';
import { equalBytes, isDomainError, toBase64Url, type ThreadId } from '@enlace/kernel';
import {
  signVaultHead,
  vaultEntry,
  verifyVaultHead,
  type Seed,
  type VaultEntry,
} from '@enlace/trust';

import { fetchVault, type FetchedVault, type VaultParts } from './fetch-vault.js';
import { keepKnownVault } from './known-head.js';
import type { VaultKeys } from './vault-keys.js';
import {
  decodeNames,
  encodeNames,
  isSameName,
  NAMES_ITEM,
  VaultIncomplete,
  type ListedName,
} from './vault-names.js';
import { askForItem, handIn } from './vault-wire.js';

/** A write that other devices were faster than this often is given up: somebody writes without end. */
const TRIES_MOST = 5;

/** What an item becomes; `before` is `null` for one that is not there. May be called again after a lost race. */
export interface VaultRevision {
  readonly name: VaultItemName;
  readonly revise: (before: Uint8Array | null) => Uint8Array | Promise<Uint8Array>;
}

/**
 * The vault of a person, opened on one of the own devices. Reading believes nothing but the root key and the signed
 * head; writing compares the counter, and begins again when another device was faster.
 */
export class Vault {
  readonly #parts: VaultParts;
  readonly #signSeed: Seed;
  #rootKey: Uint8Array;
  #now: FetchedVault;

  private constructor(parts: VaultParts, signSeed: Seed, held: OpenedVault) {
    this.#parts = parts;
    this.#signSeed = signSeed;
    this.#rootKey = held.rootKey;
    this.#now = held.fetched;
  }

  /**
   * The vault as it was fetched. A root key that is not the one of its items shows itself at the first read or change:
   * `vault.not-opened`, and nothing is written under it.
   */
  static of(parts: VaultParts, signSeed: Seed, held: OpenedVault): Vault {
    return new Vault(parts, signSeed, held);
  }

  /**
   * Keeps a vault for the first time, with these items. Called again after a lost answer it finds its own one. Throws
   * `vault.incomplete` when another device of the person has made one before, and as `fetchVault`.
   */
  static async begin(
    parts: VaultParts,
    signSeed: Seed,
    made: { readonly keys: VaultKeys; readonly items: readonly VaultRevision[] },
  ): Promise<Vault> {
    const { rootKey, wraps } = made.keys;
    const fetched = await fetchVault(parts);
    const vault = new Vault(parts, signSeed, { rootKey, fetched });
    const isKept =
      fetched.head === null
        ? await vault.#tryToWrite(made.items, { wraps })
        : isSameList(fetched.wraps, wraps);
    if (!isKept) throw new VaultIncomplete('the person has another vault');
    return vault;
  }

  get counter(): number {
    return this.#now.head?.counter ?? 0;
  }

  get wraps(): readonly Uint8Array[] {
    return this.#now.wraps;
  }

  /** Takes in what other devices have written. Throws as `fetchVault`. */
  async refresh(): Promise<void> {
    this.#now = await fetchVault(this.#parts);
  }

  /** The content of an item, `null` when there is none. Throws `vault.head-refused`, `vault.not-opened`. */
  async read(name: VaultItemName): Promise<Uint8Array | null> {
    return this.#afresh(async () => this.#open(name));
  }

  /** What the vault holds, by its own account. Throws as `read`. */
  async names(): Promise<readonly ListedName[]> {
    return this.#afresh(async () => this.#names());
  }

  /**
   * Changes items in one write, whatever other devices write meanwhile. Throws the refusals of the server, and
   * `vault.not-opened` when another device has changed the root key.
   */
  async change(revisions: readonly VaultRevision[]): Promise<void> {
    const write = async () => this.#tryToWrite(revisions, {});
    for (let tries = 1; !(await this.#afresh(write)); tries += 1) {
      if (tries === TRIES_MOST) throw new VaultIncomplete('other devices write without end');
      await this.refresh();
    }
  }

  /**
   * Other ways to the same root key. Throws `vault.incomplete` when another device has changed the vault meanwhile, and
   * the refusals of the server.
   */
  async changeWays(wraps: readonly Uint8Array[]): Promise<void> {
    if (!(await this.#tryToWrite([], { wraps }))) {
      throw new VaultIncomplete('another device has changed the vault meanwhile');
    }
  }

  /**
   * Another root key, with other ways to it: what a removed way opened stays shut from here on. Every item is sealed
   * again in the same write; keys of a thread that the server has no half of any more are nothing but noise, and end
   * here. Throws `vault.incomplete` when an item has no name that the vault knows of.
   */
  async rotate(keys: VaultKeys, halfOf: HalfOf): Promise<void> {
    await this.#afresh(async () => this.#rotate(keys, halfOf));
  }

  async #rotate({ rootKey, wraps }: VaultKeys, halfOf: HalfOf): Promise<void> {
    const listed = await this.#names();
    const known = [...listed, NAMES_ITEM].map((name) => vaultItemId(this.#rootKey, name));
    const { entries } = this.#now;
    if (!entries.every(({ itemId }) => known.some((id) => equalBytes(id, itemId)))) {
      throw new VaultIncomplete('an item has no name');
    }
    const contents = new Map<VaultItemName, Uint8Array>();
    for (const ref of listed) {
      const name = await withHalf(ref, halfOf);
      if (name === null) continue;
      const content = await this.#open(name);
      if (content !== null) contents.set(name, content);
    }
    const revisions = [...contents].map(([name, content]) => ({ name, revise: () => content }));
    const before = { rootKey: this.#rootKey, fetched: this.#now };
    this.#rootKey = rootKey;
    this.#now = { ...before.fetched, entries: [] };
    try {
      const removed = entries.map(({ itemId }) => itemId);
      const isKept = await this.#tryToWrite(revisions, { wraps, removed });
      if (!isKept) throw new VaultIncomplete('another device has changed the vault meanwhile');
    } catch (error) {
      this.#rootKey = before.rootKey;
      this.#now = before.fetched;
      throw error;
    }
  }

  // Another device may have written since the list was fetched: an item is then not the one of the list, and both are
  // honest. A newer list, that passes every check, explains it; without one the server shows what nobody signed.
  async #afresh<Result>(act: () => Promise<Result>): Promise<Result> {
    const { counter } = this;
    try {
      return await act();
    } catch (error) {
      if (!isDomainError(error, 'vault.head-refused', 'vault.not-found')) throw error;
      await this.refresh();
      if (this.counter === counter) throw error;
      return act();
    }
  }

  async #open(name: VaultItemName): Promise<Uint8Array | null> {
    const entry = this.#find(name);
    if (entry === undefined) return this.#absent();
    const item = await askForItem(this.#parts.session, entry);
    const { personId } = this.#parts;
    return openVaultItem(item, name, { rootKey: this.#rootKey, personId, version: entry.version });
  }

  // Every write lists its names under the root key in force: where that list is not found, the key is another one, and
  // "there is no such item" would be a lie that the next write makes true.
  #absent(): null {
    const isForeign = this.#now.entries.length > 0 && this.#find(NAMES_ITEM) === undefined;
    if (isForeign) throw new VaultNotOpened('the items are under another root key');
    return null;
  }

  // Nothing is remembered of a write that the server has not taken: dying before the answer costs a fetch.
  async #tryToWrite(revisions: readonly VaultRevision[], change: WrapChange): Promise<boolean> {
    const { random, personId, session, store } = this.#parts;
    const all = await this.#withNames(revisions);
    const sealed: { readonly item: Uint8Array; readonly entry: VaultEntry }[] = [];
    for (const { name, revise } of all) {
      const version = (this.#find(name)?.version ?? 0) + 1;
      const content = await revise(await this.#open(name));
      const rootKey = this.#rootKey;
      const item = sealVaultItem(content, name, { rootKey, personId, version, random });
      sealed.push({ item, entry: vaultEntry(vaultItemId(rootKey, name), version, item) });
    }
    const rest = this.#now.entries.filter(
      ({ itemId }) => !sealed.some(({ entry }) => equalBytes(entry.itemId, itemId)),
    );
    const entries = [...rest, ...sealed.map(({ entry }) => entry)];
    const wraps = change.wraps ?? this.#now.wraps;
    const content = { personId, counter: this.counter + 1, entries, wraps };
    const head = signVaultHead(content, this.#signSeed);
    const write: VaultWrite = {
      head,
      items: sealed.map(({ item }) => toBase64Url(item)),
      ...(change.wraps === undefined ? {} : { wraps: change.wraps.map(toBase64Url) }),
      ...(change.removed === undefined ? {} : { removed: change.removed.map(toBase64Url) }),
    };
    if (!(await handIn(session, write))) return false;
    const verified = verifyVaultHead(head, { personId, signKeys: this.#parts.signKeys });
    await keepKnownVault(store, verified);
    this.#now = { head: verified, wraps, entries };
    return true;
  }

  async #withNames(revisions: readonly VaultRevision[]): Promise<readonly VaultRevision[]> {
    const names = await this.#names();
    const added = revisions
      .map(({ name }) => name)
      .filter((name) => !names.some((known) => isSameName(known, name)));
    if (added.length === 0) return revisions;
    const listed = encodeNames([...names, ...added]);
    return [...revisions, { name: NAMES_ITEM, revise: () => listed }];
  }

  async #names(): Promise<readonly ListedName[]> {
    const bytes = await this.#open(NAMES_ITEM);
    return bytes === null ? [] : decodeNames(bytes);
  }

  #find(name: ListedName): VaultEntry | undefined {
    const id = vaultItemId(this.#rootKey, name);
    return this.#now.entries.find(({ itemId }) => equalBytes(itemId, id));
  }
}

/** The server's half of the keys of a thread; `null` once it was destroyed. */
export type HalfOf = (threadId: ThreadId) => Promise<Uint8Array | null>;

async function withHalf(ref: ListedName, halfOf: HalfOf): Promise<VaultItemName | null> {
  if (ref.type !== 'epoch-keys') return ref;
  const shredHalf = await halfOf(ref.threadId);
  return shredHalf === null ? null : { ...ref, shredHalf };
}

interface OpenedVault {
  readonly rootKey: Uint8Array;
  readonly fetched: FetchedVault;
}

interface WrapChange {
  readonly wraps?: readonly Uint8Array[];
  readonly removed?: readonly Uint8Array[];
}

function isSameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((each) => b.some((other) => equalBytes(each, other)));
}
