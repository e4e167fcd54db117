import { DomainError } from '@enlace/kernel';

export { VaultMalformed } from '@enlace/contracts';

/** One error for a wrong secret and for changed bytes: which of the two it was, nobody is told (protocol.md, T14). */
export class VaultNotOpened extends DomainError {
  override readonly code = 'vault.not-opened';
  override readonly kind = 'integrity';
}

/** The server answers with a vault older than one that this client knows of. */
export class VaultRolledBack extends DomainError {
  override readonly code = 'vault.rolled-back';
  override readonly kind = 'integrity';
}

/** Not the file of an authority's key. */
export class KeyFileMalformed extends DomainError {
  override readonly code = 'key.malformed';
  override readonly kind = 'malformed';
}
