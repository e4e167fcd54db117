import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { carryWhileFounding, handInRelease, HttpTransport } from '@enlace/client';
import { RELEASE_FILES } from '@enlace/contracts';
import { formatInstant, parseUtf8, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import { formatVkey, newVerifierKey } from '@enlace/tlog';
import {
  findReleaseKey,
  parseTrustStore,
  publicKeyOf,
  signWebRelease,
  TRUST_STORE_LIMIT_BYTES,
} from '@enlace/trust';

import { deliveredBy } from '../audit-verify/web/delivered.js';
import { openKeyFile, readKeyFile } from '../authority/key-file.js';
import { CliError } from '../command-line/cli-error.js';
import { START_REFUSED } from '../exit-codes.js';
import { readInputFile } from '../files/input-file.js';
import { writeNewFiles } from '../files/new-files.js';
import { noteCrypto, noteSigner } from '../log/note-crypto.js';
import { readBuiltManifest } from '../release/built-manifest.js';
import type { DemoLayout } from './layout.js';
import { DEMO_PASSPHRASE } from './sealing/sealing-job.js';
import type { SealingPool } from './sealing/sealing-pool.js';

const SEED_BYTES = 32;
/** The event of a release is in the log a moment after the act; each node then looks once a second. */
const SERVED_WITHIN_MS = 30_000;
const POLL_MS = 100;
const MANIFEST = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** The one key that releases the client of a demo. */
export interface DemoReleaseKey {
  readonly seed: Uint8Array;
  readonly vkey: string;
}

export function makeReleaseKey(): DemoReleaseKey {
  const seed = systemRandom.bytes(SEED_BYTES);
  const publicKey = publicKeyOf(seed);
  const key = newVerifierKey(noteCrypto, {
    name: 'release.localhost/demo',
    type: 'ed25519',
    publicKey,
  });
  return { seed, vkey: formatVkey(key) };
}

/** Keeps the key for later starts, which may have another build, and releases this one. */
export function releaseFirstBuild(first: {
  readonly layout: DemoLayout;
  readonly origin: string;
  readonly key: DemoReleaseKey;
  readonly pool: SealingPool;
}): Promise<void> {
  const { layout, origin, key, pool } = first;
  const done = Promise.all([
    keepReleaseKey(key, layout, pool),
    releaseOwnBuild(layout, origin, () => key.seed),
  ]).then(() => undefined);
  // Whoever waits for it hears of a failure; nobody may be left to wait.
  done.catch(() => undefined);
  return done;
}

async function keepReleaseKey(
  { seed }: DemoReleaseKey,
  layout: DemoLayout,
  pool: SealingPool,
): Promise<void> {
  const file = {
    v: 1,
    kind: 'release',
    state: 'XR',
    custodian: 0,
    publicKey: toBase64Url(publicKeyOf(seed)),
    createdAt: formatInstant(systemClock.nowMs()),
  } as const;
  const text = await pool.keyFile(file, seed);
  writeNewFiles([{ path: layout.releaseKey, text, isSecret: true }]);
}

/** Releases the build of this machine where the server does not serve it yet. Resolves when it does. */
export async function releaseOwnBuild(
  layout: DemoLayout,
  origin: string,
  openSeed: () => Uint8Array = () => keptSeed(layout),
): Promise<void> {
  if (await isServed(origin)) return;
  const trustStore = parseTrustStore(readInputFile(layout.trustStore, TRUST_STORE_LIMIT_BYTES));
  if (trustStore.releases === undefined) {
    throw new CliError('demo.older', { data: layout.data }, { exitCode: START_REFUSED });
  }
  const seed = openSeed();
  const key = findReleaseKey(noteCrypto, trustStore, publicKeyOf(seed));
  if (key === null) throw new CliError('key.not-a-release-key');
  const { releaseId, manifestHash } = readBuiltManifest(join(MANIFEST, RELEASE_FILES.manifest));
  const { deployment } = trustStore;
  const issuedAt = formatInstant(systemClock.nowMs());
  const note = signWebRelease(
    { deployment, issuedAt, releaseId, manifestHash },
    noteSigner({ key, seed }),
  );
  await handInRelease(carryWhileFounding(new HttpTransport(origin)), parseUtf8(note));
  for (let waitedMs = 0; !(await isServed(origin)); waitedMs += POLL_MS) {
    if (waitedMs >= SERVED_WITHIN_MS) throw new CliError('demo.not-released');
    await pause(POLL_MS);
  }
}

function keptSeed(layout: DemoLayout): Uint8Array {
  return openKeyFile(readKeyFile(layout.releaseKey), DEMO_PASSPHRASE);
}

async function isServed(origin: string): Promise<boolean> {
  return (await deliveredBy(origin)(RELEASE_FILES.manifest)).status === 200;
}
