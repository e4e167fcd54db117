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
