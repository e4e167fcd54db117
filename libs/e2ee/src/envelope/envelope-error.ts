import { DomainError } from '@enlace/kernel';

/** A sealed entry that does not open: `facts.rule` is `commitment`, `cipher` or `padding` (alert `KEY_MISMATCH`). */
export class EnvelopeNotOpened extends DomainError {
  override readonly code = 'entry.key-mismatch';
  override readonly kind = 'integrity';

  constructor(rule: 'commitment' | 'cipher' | 'padding', options: { cause?: unknown } = {}) {
    super(`the entry does not open: ${rule}`, { ...options, facts: { rule } });
  }
}

/** More than one entry holds; what is larger goes into an attachment. */
export class EnvelopeTooLarge extends DomainError {
  override readonly code = 'entry.too-large';
  override readonly kind = 'too-large';

  constructor(limit: number) {
    super('too large for one entry', { facts: { limit } });
  }
}
