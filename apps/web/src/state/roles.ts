import { TAKING_PART } from '@enlace/contracts';

const HEARING = ['auditor', 'registrar', 'platform-operator'] as const;

/** Whether somebody of these roles takes part in threads. */
export function isPartner(roles: readonly string[]): boolean {
  const taking: ReadonlySet<string> = TAKING_PART;
  return roles.some((role) => taking.has(role));
}

/** Whom the alerts of a State, or of the platform, are for. */
export function hearsAlerts(roles: readonly string[]): boolean {
  return HEARING.some((role) => roles.includes(role));
}
