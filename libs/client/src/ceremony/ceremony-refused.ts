import { DomainError } from '@enlace/kernel';

/**
 * Something that a registrar must not sign, or that a device must not follow: `facts.rule` says why. Nothing was signed
 * or sent. Where the server showed it, the server or whoever stands before it lies.
 */
export class CeremonyRefused extends DomainError {
  override readonly code = 'ceremony.refused';
  override readonly kind = 'integrity';

  constructor(rule: string, options: { cause?: unknown } = {}) {
    super(`the ceremony stops here: ${rule}`, { ...options, facts: { rule } });
  }
}
