import { DomainError } from '@enlace/kernel';

/** A wrap or item that has not the form of its version. */
export class VaultMalformed extends DomainError {
  override readonly code = 'vault.malformed';
  override readonly kind = 'malformed';
}

/** One error for a wrong secret and for changed bytes: which of the two it was, nobody is told (protocol.md, T14). */
export class VaultNotOpened extends DomainError {
  override readonly code = 'vault.not-opened';
  override readonly kind = 'integrity';
}

/** A head that no device of the person signed, or a list that is not the one it signed; `facts.rule` says which. */
export class VaultHeadRefused extends DomainError {
  override readonly code = 'vault.head-refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the head of the vault is refused: ${rule}`, { ...options, facts: { rule } });
  }
}

/** The server answers with a vault older than one that this client knows of. */
export class VaultRolledBack extends DomainError {
  override readonly code = 'vault.rolled-back';
  override readonly kind = 'integrity';
}
