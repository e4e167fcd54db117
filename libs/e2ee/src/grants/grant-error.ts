import { DomainError } from '@enlace/kernel';

/** Why the keys of a grant are not taken. */
export type GrantRule =
  /** Not the blob that the signed entry names. */
  | 'hash'
  /** Not a grant, or cut. */
  | 'form'
  /** Of another thread, incarnation, range or cause than the entry says. */
  | 'scope'
  /** Sealed to a key that this device does not have. */
  | 'recipient'
  /** Does not open. */
  | 'sealed'
  /** A key is not the one that the commit which began its epoch states. */
  | 'epoch-key'
  /** History of epochs that hold something for named recipients alone. */
  | 'named-recipients';

/** A grant that is discarded, all of it: alert `BAD_GRANT`. `facts.rule` says why. */
export class GrantRefused extends DomainError {
  override readonly code = 'grant.refused';
  override readonly kind = 'integrity';
  readonly alert = 'BAD_GRANT';

  constructor(rule: GrantRule, options: { cause?: unknown } = {}) {
    super(`the grant is refused: ${rule}`, { ...options, facts: { rule } });
  }
}

/** Why a package is not taken. */
export type PackageRule =
  /** Not the blob that the signed entry names. */
  | 'hash'
  | 'form'
  /** Of another thread, incarnation or epoch. */
  | 'scope'
  /** Does not open under the key of the epoch. */
  | 'sealed'
  /** The key of the epoch is not here, or no entry names the package. */
  | 'key'
  /** The state inside is not the stated one. */
  | 'state'
  /** The reader is neither invited nor a member. */
  | 'self';

/** The package of an epoch that is not what its commit names, or does not open under the key of the epoch. */
export class PackageRefused extends DomainError {
  override readonly code = 'package.refused';
  override readonly kind = 'integrity';

  constructor(rule: PackageRule, options: { cause?: unknown } = {}) {
    super(`the package is refused: ${rule}`, { ...options, facts: { rule } });
  }
}
