import { DomainError } from '@enlace/kernel';

/** A registrar's act while the key that signs it is not open on this page. */
export class RegistrarKeyClosed extends DomainError {
  override readonly code = 'registrar.key-closed';
  override readonly kind = 'forbidden';
}

/** A key that opens, and is not the one that the root certified for this person. */
export class RegistrarKeyOfAnother extends DomainError {
  override readonly code = 'registrar.key-of-another';
  override readonly kind = 'invalid';
}

/** What is to be signed is not what the registrar has read by now: it is shown anew before it is signed. */
export class ShownAnew extends DomainError {
  override readonly code = 'registrar.shown-anew';
  override readonly kind = 'conflict';
}
