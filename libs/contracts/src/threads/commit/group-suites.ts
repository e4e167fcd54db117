/**
 * Suites of groups are stored and compared by name: the numbers of the suites with X-Wing are private and change
 * between versions of the library.
 */
export const GROUP_SUITES = {
  /** Hybrid, the default: safe while either ML-KEM-768 or X25519 is. */
  xWing: 'MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519',
  /** RFC 9420, section 17.1, number 3. Chosen at genesis, and shown in the details of a thread. */
  x25519: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519',
} as const;

export type SuiteName = (typeof GROUP_SUITES)[keyof typeof GROUP_SUITES];

export function isSuiteName(name: string): name is SuiteName {
  return name === GROUP_SUITES.xWing || name === GROUP_SUITES.x25519;
}

/** Lengths in bytes that a suite fixes; a message of another length is of another suite. */
export interface SuiteSizes {
  /** Public key of a node. */
  readonly nodeKey: number;
  readonly encapsulated: number;
  /** Of the hash, of secrets and of tags. */
  readonly hash: number;
}

export const SUITE_SIZES: Readonly<Record<SuiteName, SuiteSizes>> = {
  [GROUP_SUITES.xWing]: { nodeKey: 1216, encapsulated: 1120, hash: 64 },
  [GROUP_SUITES.x25519]: { nodeKey: 32, encapsulated: 32, hash: 32 },
};
