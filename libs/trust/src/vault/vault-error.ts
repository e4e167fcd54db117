import { DomainError } from '@enlace/kernel';

/** A head that no device of the person signed, or a list that is not the one it signed; `facts.rule` says which. */
export class VaultHeadRefused extends DomainError {
  override readonly code = 'vault.head-refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the head of the vault is refused: ${rule}`, { ...options, facts: { rule } });
  }
}
