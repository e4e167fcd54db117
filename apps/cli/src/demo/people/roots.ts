import { join } from 'node:path';
import type { StateCode } from '@enlace/contracts';

import { newRoot, ROOT_YEARS, type NewRoot } from '../../authority/state-root.js';
import { writeNewFiles } from '../../files/new-files.js';
import { trustStoreText, type TrustStoreParts } from '../../trust-store/trust-store-text.js';
import { AUTHORITIES } from './cast.js';
import type { DemoLayout } from '../layout.js';
import type { SealingPool } from '../sealing/sealing-pool.js';

export type DemoRoots = ReadonlyMap<StateCode, NewRoot>;

/** The keys of the six authorities, as `enlace authority root create --one-holder` makes them. */
export function makeRoots(): DemoRoots {
  const years = ROOT_YEARS.most;
  return new Map(
    AUTHORITIES.map(({ state, names }) => [state, newRoot({ state, names, years })] as const),
  );
}

/** Seals each key into a file of its own. */
export async function keepRoots(
  roots: DemoRoots,
  layout: DemoLayout,
  pool: SealingPool,
): Promise<void> {
  const kept = [...roots].map(async ([state, { seed, body, wire }]) => {
    const { rootKey: publicKey, issuedAt: createdAt } = body;
    const about = { v: 1, kind: 'root', state, custodian: 0, publicKey, createdAt } as const;
    const text = await pool.keyFile(about, seed);
    const folder = layout.root(state);
    writeNewFiles([
      { path: join(folder, 'root.key'), text, isSecret: true },
      { path: join(folder, 'state-root.json'), text: `${wire}\n`, isSecret: false },
    ]);
  });
  await Promise.all(kept);
}

/** The trust store of the demo. Its deployment is the origin of the demo, so that no other server takes it. */
export function trustStoreOf(
  roots: DemoRoots,
  server: Pick<TrustStoreParts, 'logs' | 'policy'> & {
    readonly origin: string;
    readonly releaseVkey: string;
  },
): string {
  const { origin, logs, policy, releaseVkey } = server;
  return trustStoreText({
    deployment: new URL(origin).host,
    logs,
    policy,
    roots: [...roots.values()].map(({ wire }) => wire),
    releases: { threshold: 1, vkeys: [releaseVkey] },
  });
}
