/**
 * The only source of time. Milliseconds since 1970-01-01T00:00:00Z; may step back when the host's clock is corrected.
 */
export interface Clock {
  nowMs(): number;
}

/** The only source of randomness. Every call returns fresh bytes of a cryptographically secure generator. */
export interface Random {
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

export const systemClock: Clock = {
  // oxlint-disable-next-line no-restricted-properties -- the port itself
  nowMs: () => Date.now(),
};

/** Bytes that one call of the Web Crypto generator may fill (W3C Web Cryptography, getRandomValues). */
const RANDOM_CALL_LIMIT_BYTES = 65_536;

export const systemRandom: Random = {
  bytes(length) {
    const target = new Uint8Array(length);
    for (let start = 0; start < length; start += RANDOM_CALL_LIMIT_BYTES) {
      crypto.getRandomValues(target.subarray(start, start + RANDOM_CALL_LIMIT_BYTES));
    }
    return target;
  },
};

/** RFC 3339 in UTC with exactly three decimals, the one spelling of an instant on the wire. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
