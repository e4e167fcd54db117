import type { Threads } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';

/** Whether another try may end otherwise. */
export function isForNow(error: unknown): boolean {
  return isDomainError(error, 'client.unreachable', 'service.unavailable', 'rate.limited');
}

/** What was done is done: keys that cannot be kept now wait in the store. Throws where the vault itself is wrong. */
export async function keepKeys(threads: Threads): Promise<void> {
  try {
    await threads.backUp();
  } catch (error) {
    if (!isForNow(error)) throw error;
  }
}

/** Goes on after a refusal; what is no refusal is a fault of this build. */
export function unlessFault(error: unknown): void {
  if (!isDomainError(error)) throw error;
}
