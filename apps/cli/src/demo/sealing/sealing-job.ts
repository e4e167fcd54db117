import type { PersonId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';

import { sealKeyFile, type KeyFile } from '../../authority/key-file.js';
import { newVaultKit, type VaultKit } from '../../device/vault-kit.js';
import { newStoreKey, type NewStoreKey } from '../../home/home.js';

/** The passphrase of everything in the demo. */
export const DEMO_PASSPHRASE = 'demo';

/** Work whose cost is the point of it: Argon2id with the cost of the real thing, under the demo's passphrase. */
export type SealingJob =
  | { readonly kind: 'store' }
  | { readonly kind: 'vault'; readonly personId: PersonId }
  | { readonly kind: 'key-file'; readonly file: KeyFile; readonly secret: Uint8Array };

/** The key of a store, the wrapped key of a vault, or the text of a key file. */
export type Sealed = NewStoreKey | VaultKit | string;

export async function seal(job: SealingJob): Promise<Sealed> {
  await cryptoReady();
  switch (job.kind) {
    case 'store':
      return newStoreKey(DEMO_PASSPHRASE);
    case 'vault':
      return newVaultKit(job.personId, DEMO_PASSPHRASE);
    case 'key-file':
      return sealKeyFile(job.file, job.secret, DEMO_PASSPHRASE);
  }
}
