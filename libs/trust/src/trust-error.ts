import { DomainError } from '@enlace/kernel';

/**
 * A signed object whose form, signatures or rules do not hold. One code for all of it: `facts.rule` names the rule for
 * logs and tests, callers do not branch on it.
 */
export class StatementRefused extends DomainError {
  override readonly code = 'statement.refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the statement is refused: ${rule}`, { ...options, facts: { rule } });
  }
}

/** A device, person or root for which no valid chain exists at the asked moment. */
export class ChainRefused extends DomainError {
  override readonly code = 'chain.refused';
  override readonly kind = 'integrity';

  constructor(rule: string) {
    super(`the chain does not hold: ${rule}`, { facts: { rule } });
  }
}

/** A release of the browser client whose signatures, form or event do not hold. */
export class ReleaseRefused extends DomainError {
  override readonly code = 'release.refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the release is refused: ${rule}`, { ...options, facts: { rule } });
  }
}

/** A trust store that has not its form, or that changed without statements that explain it. */
export class TrustStoreRefused extends DomainError {
  override readonly code = 'trust-store.refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the trust store is refused: ${rule}`, { ...options, facts: { rule } });
  }
}
