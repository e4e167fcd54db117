/**
 * Sealing and opening of files against bare secretstream over the same chunks: each round measures every case once,
 * interleaved, so that a busy neighbour slows all of them; reported are medians over the rounds and their ratio to the
 * baseline. The goal is 0.8 with the hashes of the whole off the path (protocol.md, section 13, G4).
 */
import { createHash } from 'node:crypto';

import { newId, parseBase64Url, systemClock, systemRandom } from '@enlace/kernel';
import {
  cryptoReady,
  openAttachment,
  sealAttachment,
  type FileHashing,
  type SealedFile,
} from '@enlace/e2ee';
import { sodium } from '@enlace/trust';

import { median, timed } from './timing.js';

const ROUNDS = 5;
const CHUNKS = 1_600;
const CHUNK_BYTES = 65_536;
const MEGABYTES = (CHUNKS * CHUNK_BYTES) / 1e6;

await cryptoReady();
const chunk = systemRandom.bytes(CHUNK_BYTES);
const place = {
  attachmentId: newId<never>(systemClock, systemRandom),
  threadId: newId<never>(systemClock, systemRandom),
};
const none: FileHashing = {
  sha256: () => ({ update: () => null, digest: () => new Uint8Array(32) }),
  sha512: () => ({ update: () => null, digest: () => new Uint8Array(64) }),
};
const ofNode: FileHashing = {
  sha256: () => createHash('sha256'),
  sha512: () => createHash('sha512'),
};

async function* file(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < CHUNKS; at += 1) yield chunk;
}
async function* sealedFile(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
const nowhere = async (): Promise<void> => undefined;

async function sealedWith(hashing: FileHashing | null) {
  const parts: Uint8Array[] = [];
  const sealing = { ...place, random: systemRandom, ...(hashing === null ? {} : { hashing }) };
  const reference = await sealAttachment(file(), async (part) => void parts.push(part), sealing);
  return { reference, parts };
}
const plain = await sealedWith(none);
const whole = await sealedWith(ofNode);

async function seal(hashing?: FileHashing): Promise<void> {
  const chosen = hashing === undefined ? {} : { hashing };
  await sealAttachment(file(), nowhere, { ...place, random: systemRandom, ...chosen });
}
async function open(
  { reference, parts }: { readonly reference: SealedFile; readonly parts: readonly Uint8Array[] },
  hashing: FileHashing,
): Promise<void> {
  await openAttachment(sealedFile(parts), nowhere, { ...place, reference, hashing });
}

async function bareSeal(): Promise<void> {
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen();
  const { state } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
  for (let at = 0; at < CHUNKS; at += 1) {
    sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, 0);
  }
}
const bareKey = parseBase64Url(plain.reference.key);
const pushed = sodium.crypto_secretstream_xchacha20poly1305_init_push(bareKey);
const bareChunks = Array.from({ length: CHUNKS }, () =>
  sodium.crypto_secretstream_xchacha20poly1305_push(pushed.state, chunk, null, 0),
);
async function bareOpen(): Promise<void> {
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(pushed.header, bareKey);
  for (const sealed of bareChunks) {
    sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, null);
  }
}

const cases: readonly (readonly [string, () => Promise<void>, 'seal' | 'open'])[] = [
  ['bare secretstream, sealing', bareSeal, 'seal'],
  ['bare secretstream, opening', bareOpen, 'open'],
  ['seal, hashes off the path', async () => seal(none), 'seal'],
  ['seal, hashes of Node', async () => seal(ofNode), 'seal'],
  ['seal, hashes of libsodium', async () => seal(), 'seal'],
  ['open, hashes off the path', async () => open(plain, none), 'open'],
  ['open, hashes of Node', async () => open(whole, ofNode), 'open'],
];
const samples = new Map<string, number[]>(cases.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, run] of cases) samples.get(name)?.push(await timed(run));
}
for (const [name, , kind] of cases) {
  const times = samples.get(name) ?? [];
  const bare = samples.get(cases[kind === 'seal' ? 0 : 1]?.[0] ?? '') ?? [];
  const ratio = median(times.map((ms, round) => (bare[round] ?? Number.NaN) / ms));
  const speed = `${((MEGABYTES / median(times)) * 1000).toFixed(0)} MB/s`;
  process.stdout.write(`${name.padEnd(32)}${speed.padStart(12)}  ${ratio.toFixed(2)} x bare\n`);
}
