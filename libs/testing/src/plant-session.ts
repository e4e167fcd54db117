import { newRandomId, systemRandom, toBase64Url } from '@enlace/kernel';

import type { FreshDatabase } from './fresh-database.js';

/** A session as the guard of the database sees it. */
export interface PlantedSession {
  readonly sidHash: Uint8Array<ArrayBuffer>;
  readonly personId: string;
  readonly deviceId: string;
  readonly officeId: string;
  readonly state: string;
  readonly roles: readonly string[];
}

const INSERT_SQL = `
INSERT INTO app.sessions (sid_hash, session_id, person_id, device_id, state, office_id, roles, acr,
                          key_thumbprint, nonce_key, via, opened_at, idle_until, ends_at, audit_scope)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'passkey', $8, $1, 'web', now(), now() + interval '15 minutes',
  now() + interval '12 hours', $9)`;

/** Writes a valid session past the sign-in, for tests of what lies behind it. */
export async function plantSession(
  database: FreshDatabase,
  overrides: {
    readonly state?: string;
    readonly roles?: readonly string[];
    readonly personId?: string;
    readonly officeId?: string;
    /** Whose events an auditor may see. */
    readonly auditScope?: string;
  } = {},
): Promise<PlantedSession> {
  const session = {
    sidHash: systemRandom.bytes(32),
    personId: overrides.personId ?? newRandomId(systemRandom),
    deviceId: newRandomId(systemRandom),
    officeId: overrides.officeId ?? newRandomId(systemRandom),
    state: overrides.state ?? 'MX',
    roles: overrides.roles ?? ['prosecutor'],
  };
  await database.asAdmin(INSERT_SQL, [
    session.sidHash,
    newRandomId(systemRandom),
    session.personId,
    session.deviceId,
    session.state,
    session.officeId,
    session.roles,
    toBase64Url(systemRandom.bytes(32)),
    overrides.auditScope ?? null,
  ]);
  return session;
}
