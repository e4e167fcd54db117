import type { GroupPort, ThreadView } from '@enlace/e2ee';
import type { Clock, Random } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { AuditTrust } from '../audit/audit-trust.js';
import type { ClientStatements } from '../audit/stated/client-statements.js';
import type { LocalStore } from '../store/local-store.js';
import type { ThreadVault } from './keys/thread-vault.js';
import type { Patience } from './wire/deliver.js';
import type { Asking } from './wire/thread-wire.js';

/** Whose threads they are, and the keys of the device. The caller keeps them. */
export interface ThreadDevice {
  readonly self: ThreadView['self'];
  readonly signSeed: Uint8Array;
  readonly kemSeed: Uint8Array;
}

/** What threads of a device work with. One owner at a time: two would give one number of the device twice. */
export interface ThreadPorts {
  readonly session: Asking;
  readonly store: LocalStore;
  readonly device: ThreadDevice;
  readonly groups: GroupPort;
  /** The directory as it is held. */
  readonly directory: () => Directory;
  /** Takes in what is new; `directory` answers from it then. Throws `directory.refused`. */
  readonly refreshDirectory: () => Promise<void>;
  /** The key of receipts, as the directory announces it. */
  readonly trust: () => Pick<AuditTrust, 'receiptKeys'>;
  readonly statements: Pick<ClientStatements, 'state'>;
  /** Opens the vault of the person, once it is needed; `null` where there is none. */
  readonly vault: (() => Promise<ThreadVault>) | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly patience: Patience;
}
