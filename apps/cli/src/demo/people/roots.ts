import { join } from 'node:path';
import { canonicalJson, formatInstant, systemClock } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';
import { parseStatement } from '@enlace/trust';

import { newRoot, ROOT_YEARS, type NewRoot } from '../../authority/state-root.js';
import { writeNewFiles } from '../../files/new-files.js';
import type { LogKey } from '../../server/server-message.js';
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

/**
 * The trust store of the demo: its roots, and the keys of the logs of this one server. Its deployment is the origin of
 * the demo, so that no other server takes it.
 */
export function trustStoreOf(
  roots: DemoRoots,
  server: {
    readonly origin: string;
    readonly logs: readonly LogKey[];
    readonly policy: string;
    readonly releaseVkey: string;
  },
): string {
  const logsOf = (stream: string) =>
    server.logs
      .filter((log) => log.stream === stream)
      .map(({ origin, vkey }) => ({ origin, vkey }));
  const [directory] = logsOf('directory');
  if (directory === undefined) throw new RangeError('the server has no directory log');
  return canonicalJson({
    v: 1,
    deployment: new URL(server.origin).host,
    directory,
    audit: logsOf('audit'),
    policy: server.policy,
    roots: [...roots].map(([state, { body, wire }]) => ({
      state,
      rootKey: body.rootKey,
      stateRoot: parseStatement(wire).id,
    })),
    releases: { threshold: 1, vkeys: [server.releaseVkey] },
    createdAt: formatInstant(systemClock.nowMs()),
  });
}
