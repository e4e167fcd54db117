import type { ThreadAlert } from '@enlace/e2ee';
import { DomainError } from '@enlace/kernel';

/** Nothing is sent while the thread is stopped: `facts.alert` says by what. */
export class ThreadStopped extends DomainError {
  override readonly code = 'thread.stopped';
  override readonly kind = 'integrity';

  constructor({ kind, facts }: ThreadAlert) {
    super(`the thread is stopped: ${kind}`, { facts: { ...facts, alert: kind } });
  }
}
