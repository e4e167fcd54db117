// FIPS 180-4, section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
const PRIMES = firstPrimes(64);
const ROUND_CONSTANTS = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
// Section 5.3.3: the same of the square roots of the first eight.
const INITIAL_STATE = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const BLOCK_BYTES = 64;

/**
 * SHA-256 (FIPS 180-4) for what is hashed in the open: logs, versions, data files. Synchronous and without
 * dependency, so that programs that only verify need no cryptographic library. Not for secrets: it makes no claim
 * about timing.
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const state = INITIAL_STATE.slice();
  const schedule = new Uint32Array(BLOCK_BYTES);
  const padded = pad(bytes);
  for (let at = 0; at < padded.byteLength; at += BLOCK_BYTES) {
    compress(state, schedule, new DataView(padded.buffer, at, BLOCK_BYTES));
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (const [index, word] of state.entries()) digest.setUint32(4 * index, word);
  return new Uint8Array(digest.buffer);
}

function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function compress(state: Uint32Array, schedule: Uint32Array, block: DataView): void {
  for (let t = 0; t < 64; t += 1) {
    schedule[t] = t < 16 ? block.getUint32(4 * t) : expanded(schedule, t);
  }
  let [a, b] = [wordAt(state, 0), wordAt(state, 1)];
  let [c, d] = [wordAt(state, 2), wordAt(state, 3)];
  let [e, f] = [wordAt(state, 4), wordAt(state, 5)];
  let [g, h] = [wordAt(state, 6), wordAt(state, 7)];
  for (let t = 0; t < 64; t += 1) {
    const choose = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const step = (h + sum1 + choose + wordAt(ROUND_CONSTANTS, t) + wordAt(schedule, t)) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + step) | 0;
    d = c;
    c = b;
    b = a;
    a = (step + sum0 + majority) | 0;
  }
  state[0] = wordAt(state, 0) + a;
  state[1] = wordAt(state, 1) + b;
  state[2] = wordAt(state, 2) + c;
  state[3] = wordAt(state, 3) + d;
  state[4] = wordAt(state, 4) + e;
  state[5] = wordAt(state, 5) + f;
  state[6] = wordAt(state, 6) + g;
  state[7] = wordAt(state, 7) + h;
}

function expanded(schedule: Uint32Array, t: number): number {
  const w2 = wordAt(schedule, t - 2);
  const w15 = wordAt(schedule, t - 15);
  const sigma1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
  const sigma0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
  return (sigma1 + wordAt(schedule, t - 7) + sigma0 + wordAt(schedule, t - 16)) | 0;
}

/** Indices here are always within bounds; the type system cannot know. */
function wordAt(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}
