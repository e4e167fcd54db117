import { DomainError } from '@enlace/kernel';

/** The server does not say what opens the keys of some threads: they would not come along under another root key. */
export class KeysLeftBehind extends DomainError {
  override readonly code = 'vault.keys-left-behind';
  override readonly kind = 'conflict';

  constructor(threads: number) {
    super('keys of threads would be left behind', { facts: { threads } });
  }
}
