import { DomainError } from '@enlace/kernel';

/** What may not leave the thread, or cannot be shown to anybody else; `facts.rule` says why. */
export class ExportRefused extends DomainError {
  override readonly code = 'export.refused';
  override readonly kind = 'forbidden';

  constructor(rule: 'named-recipients' | 'range' | 'not-witnessed', seq: number) {
    super(`the part is not exported: ${rule}`, { facts: { rule, seq } });
  }
}

/** A file that is no part of a thread. */
export class ExportMalformed extends DomainError {
  override readonly code = 'export.malformed';
  override readonly kind = 'malformed';

  constructor(line: number, options: { cause?: unknown } = {}) {
    super('not the lines of a part of a thread', { ...options, facts: { line } });
  }
}
