import { REGIONAL_AUTHORITY, type AuditScope, type Role, type StateCode } from '@enlace/contracts';

/** Roles that take effect only after the delay of the State's policy: a bribed ceremony is seen before it works. */
export const SENSITIVE_ROLES: ReadonlySet<Role> = new Set<Role>([
  'registrar',
  'auditor',
  'chancellery-approver',
  'secretariat',
  'platform-operator',
]);

const REGIONAL_ROLES: ReadonlySet<Role> = new Set<Role>([
  'secretariat',
  'auditor',
  'registrar',
  'platform-operator',
]);

/** True when the authority may certify these roles with this audit scope: no State for another, none for the region. */
export function mayCertify(
  state: StateCode,
  roles: readonly Role[],
  auditScope: AuditScope | null,
): boolean {
  if (roles.includes('auditor') !== (auditScope !== null)) return false;
  const isRegional = state === REGIONAL_AUTHORITY;
  if (auditScope !== null && isRegional !== (auditScope !== 'national')) return false;
  return isRegional
    ? roles.every((role) => REGIONAL_ROLES.has(role))
    : !roles.includes('secretariat');
}
