import { DomainError } from '@enlace/kernel';

/**
 * What a client must not send now; `facts.rule` says why: the rule of a change, or of the own standing (`void`,
 * `unanchored`, `no-leaf`, `left`, `removal-required`, `no-key`, `floor`, `recipients`).
 */
export class PlanRefused extends DomainError {
  override readonly code = 'thread.plan-refused';
  override readonly kind = 'invalid';

  constructor(rule: string) {
    super(`not sent into the thread: ${rule}`, { facts: { rule } });
  }
}

export function refuseIf(condition: boolean, rule: string): void {
  if (condition) throw new PlanRefused(rule);
}
