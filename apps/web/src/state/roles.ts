import { TAKING_PART } from '@enlace/contracts';

/** Whether somebody of these roles takes part in threads. */
export function isPartner(roles: readonly string[]): boolean {
  const taking: ReadonlySet<string> = TAKING_PART;
  return roles.some((role) => taking.has(role));
}
