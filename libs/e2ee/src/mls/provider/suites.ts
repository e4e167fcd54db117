/**
 * Suites are stored and compared by name: the numbers of the suites with X-Wing are private and change between
 * versions of the library.
 */
export const SUITES = {
  /** Hybrid: safe while either ML-KEM-768 or X25519 is. */
  xWing: 'MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519',
  /** RFC 9420, section 17.1, number 3. Chosen at genesis, and shown in the details of a thread. */
  x25519: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519',
} as const;

export type SuiteName = (typeof SUITES)[keyof typeof SUITES];

export function isSuiteName(name: string): name is SuiteName {
  return name === SUITES.xWing || name === SUITES.x25519;
}
