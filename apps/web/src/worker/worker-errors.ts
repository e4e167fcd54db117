import { DomainError } from '@enlace/kernel';

/** Another page of this browser works with the store; this one can write nothing any more. */
export class StoreTakenOver extends DomainError {
  override readonly code = 'client.store-taken-over';
  override readonly kind = 'conflict';
}

/** A call that has not the form of its operation, or an answer that has not: a fault of this build. */
export class CallMalformed extends DomainError {
  override readonly code = 'client.call-malformed';
  override readonly kind = 'malformed';

  constructor(op: string) {
    super('a call of the page is refused', { facts: { op } });
  }
}

/** The trust store of this server is not the one on the paper: the server, or whoever stands before it, lies. */
export class TrustNotAsPrinted extends DomainError {
  override readonly code = 'trust.not-as-printed';
  override readonly kind = 'integrity';

  constructor(found: string) {
    super('the trust store is not the printed one', { facts: { found } });
  }
}

/** A passphrase that is guessed too soon. */
export class PassphraseShort extends DomainError {
  override readonly code = 'vault.passphrase-short';
  override readonly kind = 'invalid';

  constructor(characters: number) {
    super('the passphrase is too short', { facts: { characters } });
  }
}

/** Nobody has signed in on this page. */
export class NotSignedIn extends DomainError {
  override readonly code = 'session.ended';
  override readonly kind = 'unauthenticated';
}

/** A server answers again, and nobody has opened a session since. */
export class NotConnected extends DomainError {
  override readonly code = 'client.not-connected';
  override readonly kind = 'unauthenticated';
}

/** The person, the browser or the authenticator did not go on: nothing was sent. */
export class PresenceRefused extends DomainError {
  override readonly code = 'client.passkey-refused';
  override readonly kind = 'forbidden';
}

/** This browser is a device already, or on the way to become one: its keys are never written over. */
export class StoreTaken extends DomainError {
  override readonly code = 'store.taken';
  override readonly kind = 'conflict';
}

/** The root key of the vault is another one than this device has: another device of the person has changed it. */
export class VaultLockedAnew extends DomainError {
  override readonly code = 'vault.locked-anew';
  override readonly kind = 'integrity';

  constructor(cause: unknown) {
    super('the vault is under another root key', { cause });
  }
}
