import { cryptoReady } from '@enlace/trust';

import { sealKeyFile, type KeyFile } from '../../authority/key-file.js';
import { newStoreKey, type NewStoreKey } from '../../home/home.js';

/** The passphrase of everything in the demo. */
export const DEMO_PASSPHRASE = 'demo';

/** Work whose cost is the point of it: Argon2id with the cost of the real thing, under the demo's passphrase. */
export type SealingJob =
  | { readonly kind: 'store' }
  | { readonly kind: 'key-file'; readonly file: KeyFile; readonly secret: Uint8Array };

/** The key of a store, or the text of a key file. */
export type Sealed = NewStoreKey | string;

export async function seal(job: SealingJob): Promise<Sealed> {
  await cryptoReady();
  return job.kind === 'store'
    ? newStoreKey(DEMO_PASSPHRASE)
    : sealKeyFile(job.file, job.secret, DEMO_PASSPHRASE);
}
