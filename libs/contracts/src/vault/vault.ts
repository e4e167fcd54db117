/** What a vault may hold, and what one write of it may carry. */
export const VAULT_LIMITS = {
  /** Whole body of `PUT /vault`, in bytes. */
  writeBytes: 4 * 1024 * 1024,
  /** One sealed item, in bytes. */
  itemBytes: 1024 * 1024,
  /** All items of a vault together, in bytes. */
  totalBytes: 64 * 1024 * 1024,
  /** Items of a vault; a write removes or adds at most as many. */
  items: 4_096,
  /** Ways to open a vault. */
  wraps: 8,
  /** Characters of a signed head, as of every signed object. */
  headCharacters: 12 * 1024,
} as const;

/** One line of the list of items. Ids are keyed hashes: they say nothing to whoever has not the root key. */
export interface VaultItemLine {
  /** base64url of 32 bytes. */
  readonly itemId: string;
  readonly version: number;
  /** base64url of the SHA-256 of the sealed item. */
  readonly hash: string;
  readonly bytes: number;
}

/**
 * Answer of `GET /vault`: everything that the head was signed over. A person who has kept nothing yet has a head of
 * `null` and two empty lists. Nothing of it is trusted before the head verifies.
 */
export interface VaultShown {
  readonly head: string | null;
  /** base64url of 160 bytes each. */
  readonly wraps: readonly string[];
  readonly items: readonly VaultItemLine[];
}

/** Answer of `GET /vault/items/:itemId`. */
export interface VaultItemShown {
  /** base64url of the sealed item. */
  readonly item: string;
}

/**
 * Body of `PUT /vault`: what changes, and the head over the whole vault after it. The counter of the head is the next
 * one, else `vault.conflict` with the counter in force.
 */
export interface VaultWrite {
  readonly head: string;
  /** All wraps from now on; without it they stay. */
  readonly wraps?: readonly string[];
  /** Sealed items that are new, or of the next version. */
  readonly items: readonly string[];
  /** Ids of items that end, as when another root key seals them all again. */
  readonly removed?: readonly string[];
}

/** Answer of `PUT /vault`. */
export interface VaultWritten {
  readonly counter: number;
}
