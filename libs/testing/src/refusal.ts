import { isDomainError } from '@enlace/kernel';

/** The rule that an act was refused by, `accepted` when it was not; any other error passes through. */
export function refusalOf(act: () => unknown): string {
  try {
    act();
    return 'accepted';
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return String(error.facts['rule'] ?? error.code);
  }
}
