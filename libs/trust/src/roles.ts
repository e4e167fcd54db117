import { REGIONAL_AUTHORITY, type StateCode } from '@enlace/contracts';

/** What a person is certified for. */
export const ROLES = [
  'prosecutor',
  'liaison',
  'cooperation-officer',
  'central-authority',
  'auditor',
  'registrar',
  'chancellery-approver',
  'secretariat',
  'platform-operator',
] as const;
export type Role = (typeof ROLES)[number];

export const AUDIT_SCOPES = ['national', 'regional', 'technical'] as const;
export type AuditScope = (typeof AUDIT_SCOPES)[number];

/** Roles that take effect only after the delay of the State's policy: a bribed ceremony is seen before it works. */
export const SENSITIVE_ROLES: ReadonlySet<Role> = new Set<Role>([
  'registrar',
  'auditor',
  'chancellery-approver',
  'secretariat',
  'platform-operator',
]);

/** The only roles that one person may hold together; every other stands alone (separation of duties). */
const COMBINATIONS: readonly ReadonlySet<Role>[] = [
  new Set<Role>(['prosecutor', 'liaison']),
  new Set<Role>(['cooperation-officer', 'central-authority']),
];

const REGIONAL_ROLES: ReadonlySet<Role> = new Set<Role>([
  'secretariat',
  'auditor',
  'registrar',
  'platform-operator',
]);

/** True when one person may hold exactly these roles. */
export function isAllowedMixture(roles: readonly Role[]): boolean {
  return (
    roles.length === 1 ||
    COMBINATIONS.some((together) => roles.length > 1 && roles.every((role) => together.has(role)))
  );
}

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
