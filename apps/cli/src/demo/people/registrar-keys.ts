import { join } from 'node:path';

import { formatInstant, systemClock, toBase64Url } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { writeNewFiles } from '../../files/new-files.js';
import type { DemoLayout } from '../layout.js';
import type { SealingPool } from '../sealing/sealing-pool.js';
import type { FoundedAuthority } from './founding.js';

/** The keys that registrars certify others with, sealed beside their homes. */
export async function keepRegistrars(
  { layout, pool }: { readonly layout: DemoLayout; readonly pool: SealingPool },
  { authority: { state }, registrars }: FoundedAuthority,
): Promise<void> {
  const createdAt = formatInstant(systemClock.nowMs());
  const kept = registrars.map(async ({ slug, seed }) => {
    const publicKey = toBase64Url(publicKeyOf(seed));
    const about = { v: 1, kind: 'registrar', state, publicKey, custodian: 0, createdAt } as const;
    const text = await pool.keyFile(about, seed);
    writeNewFiles([{ path: join(layout.home(slug), 'registrar.key'), text, isSecret: true }]);
  });
  await Promise.all(kept);
}
