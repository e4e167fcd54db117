/**
 * Sealing, opening and reading entries against the bare primitives over the same padded bytes, and commits of large
 * groups: each round measures every case once, interleaved; reported are medians over the rounds and their ratio to
 * the baseline (protocol.md, section 13: G1, G2, G3, G5).
 */
import { bodyHashOf, decodeEntry, GROUP_SUITES, THREAD_LIMITS } from '@enlace/contracts';
import { newId, systemClock, systemRandom, type EntryId } from '@enlace/kernel';
import {
  cryptoReady,
  findEpoch,
  makeCommit,
  openEntry,
  planCommit,
  sealEntry,
  type EntryDraft,
} from '@enlace/e2ee';
import { SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';
import { isEntrySignedBy, sodium } from '@enlace/trust';

import { median, timed } from './timing.js';

const ROUNDS = 5;
const MESSAGES = 1_000;
const CONTENT_BYTES = 900;
const PADDED_BYTES = 1_024;
const DEVICES = 50;

await cryptoReady();
const { lab, rosa, omar } = await ThreadLab.ofTwo('bench');
omar.isAsleep = true;

const draft = (): EntryDraft => ({
  entryId: newId<EntryId>(systemClock, systemRandom),
  kind: 'message',
  content: lab.text('a'.repeat(CONTENT_BYTES - 100)),
});
const drafts = Array.from({ length: MESSAGES }, draft);
const first = lab.log.length;
for (let at = 0; at < MESSAGES; at += THREAD_LIMITS.entriesPerAppend) {
  lab.send(rosa, ...drafts.slice(at, at + THREAD_LIMITS.entriesPerAppend));
  await lab.read(rosa);
}
const items = lab.log.slice(first);
const author = lab.devices.get(rosa.device.deviceId);
const { place } = rosa.view;
const epochKey = (place === null ? null : findEpoch(rosa.view, place))?.epochKey ?? null;
if (author === undefined || epochKey === null) throw new Error('nobody wrote');
const { signKey } = author;
const opening = epochKey;
const start = { view: omar.view, past: new Map(omar.past), ids: new Map(omar.ids) };

const content = systemRandom.bytes(CONTENT_BYTES);
const sealingPlace = {
  kind: 'message',
  handling: 1,
  ...(place ?? { incarnation: 0, epoch: 0 }),
  threadId: lab.threadId,
  deviceId: rosa.device.deviceId,
  entryId: newId<EntryId>(systemClock, systemRandom),
  deviceSeq: 1,
  prevHash: new Uint8Array(32),
  seenSeq: 1,
  seenChain: systemRandom.bytes(32),
} as const;

/** What the bare primitives take for one entry: a keyed hash, a cipher and a signature over the same padded bytes. */
const key = systemRandom.bytes(32);
const nonce = systemRandom.bytes(24);
const padded = systemRandom.bytes(PADDED_BYTES);
const pair = sodium.crypto_sign_seed_keypair(systemRandom.bytes(32));
const pairAndRandom = { signKey: pair.privateKey, random: systemRandom };
const header = systemRandom.bytes(192);
const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, header, null, nonce, key);
const signature = sodium.crypto_sign_detached(padded, pair.privateKey);
const each = (run: () => void) => async (): Promise<void> => {
  for (let at = 0; at < MESSAGES; at += 1) run();
};
const bareSeal = each(() => {
  sodium.crypto_generichash(32, padded, key);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, header, null, nonce, key);
  sodium.crypto_sign_detached(padded, pair.privateKey);
});
const bareOpen = each(() => {
  sodium.crypto_generichash(32, padded, key);
  sodium.crypto_sign_verify_detached(signature, padded, pair.publicKey);
  sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box, header, nonce, key);
});

const seal = each(() => {
  sealEntry(content, sealingPlace, { epochKey: opening, ...pairAndRandom });
});
async function make(): Promise<void> {
  const { log } = lab;
  const { length } = log;
  for (let at = 0; at < MESSAGES; at += THREAD_LIMITS.entriesPerAppend) {
    lab.send(rosa, ...drafts.slice(at, at + THREAD_LIMITS.entriesPerAppend));
  }
  log.splice(length);
}
async function open(): Promise<void> {
  for (const { entry } of items) {
    if (!(entry instanceof Uint8Array)) continue;
    const read = decodeEntry(entry);
    if (!isEntrySignedBy(read, bodyHashOf(read), signKey)) throw new Error('not signed');
    openEntry(read, opening);
  }
}
async function catchUp(): Promise<void> {
  Object.assign(omar, { ...start, past: new Map(start.past), ids: new Map(start.ids) });
  await lab.read(omar);
  if (omar.heard.length > 0) throw new Error('the log was not taken as it is');
}

const cases: readonly (readonly [string, () => Promise<void>, number])[] = [
  ['bare seal', bareSeal, 0],
  ['bare open', bareOpen, 1],
  ['seal (G1)', seal, 0],
  ['content to entry, in batches of 32', make, 0],
  ['open (G2)', open, 1],
  ['catch-up, verified and opened (G3)', catchUp, 1],
];
const samples = cases.map((): number[] => []);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [at, [, run]] of cases.entries()) samples[at]?.push(await timed(run));
}
for (const [at, [name, , base]] of cases.entries()) {
  const times = samples[at] ?? [];
  const ratio = median(times.map((ms, round) => (samples[base]?.[round] ?? Number.NaN) / ms));
  const speed = `${((MESSAGES / median(times)) * 1000).toFixed(0)} /s`;
  process.stdout.write(`${name.padEnd(36)}${speed.padStart(10)}  ${ratio.toFixed(2)} x bare\n`);
}

/** A thread of as many devices, and what a commit of it takes (G5: without grants). */
for (const suite of Object.values(GROUP_SUITES)) {
  const large = new ThreadLab(new SeededRandom(suite));
  large.suite = suite;
  const opener: LabClient = large.client();
  await large.open(opener);
  for (let at = 1; at < DEVICES; at += 1) {
    const joiner = await large.joined(opener, 'CR');
    joiner.isAsleep = at > 2;
  }
  const { directory, nowMs, port } = large;
  const plan = planCommit(opener.view, { act: 'update' }, { directory, nowMs });
  const entryId = newId<EntryId>(systemClock, systemRandom);
  const ground = { ...large.making(opener), port, entryId };
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(
      await timed(async () => {
        const { entry, blobs } = await makeCommit(opener.view, plan, ground);
        bytes = entry.bytes.length + (blobs[1]?.length ?? 0);
      }),
    );
  }
  process.stdout.write(
    `commit of ${DEVICES} devices, ${suite}: ${median(times).toFixed(0)} ms, ${bytes} B\n`,
  );
}
