/** What a person is certified for, in the order of the policy table's columns. */
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

/** Roles that take part in threads. */
export const TAKING_PART: ReadonlySet<Role> = new Set<Role>([
  'prosecutor',
  'liaison',
  'cooperation-officer',
  'central-authority',
]);

export const AUDIT_SCOPES = ['national', 'regional', 'technical'] as const;
export type AuditScope = (typeof AUDIT_SCOPES)[number];

/** The only roles that one person may hold together; every other stands alone (separation of duties). */
const COMBINATIONS: readonly ReadonlySet<Role>[] = [
  new Set<Role>(['prosecutor', 'liaison']),
  new Set<Role>(['cooperation-officer', 'central-authority']),
];

/** True when one person may hold exactly these roles. */
export function isAllowedMixture(roles: readonly Role[]): boolean {
  return (
    roles.length === 1 ||
    COMBINATIONS.some((together) => roles.length > 1 && roles.every((role) => together.has(role)))
  );
}
