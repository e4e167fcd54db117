import { DeviceCounter, Session, softwareProofKey } from '@enlace/client';
import {
  formatInstant,
  newId,
  newRandomId,
  parseId,
  systemRandom,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { MemoryStore, officeId } from '@enlace/testing';

import { newToken, sessionHash } from '../../../apps/api/src/platform/access/session-token.js';
import { tokenHash } from '../../../apps/api/src/platform/proof/request-proof.js';
import { FromElsewhere } from '../people/client-people.js';
import type { SeatedServer } from '../sessions/seated-device.js';

const HOUR_MS = 3_600_000;

const SESSION_SQL = `
INSERT INTO app.sessions (sid_hash, session_id, person_id, device_id, state, office_id, roles, acr,
                          key_thumbprint, nonce_key, via, opened_at, idle_until, ends_at)
VALUES ($1, $2, $3, $4, 'CR', $5, '{prosecutor}', 'passkey', $6, $1, 'cli', now(), $7, $7)`;

/** Somebody whose session the client that we ship goes on under. */
export interface PlantedPerson {
  readonly personId: PersonId;
  readonly deviceId: DeviceId;
  readonly session: Session;
}

/** A prosecutor of Costa Rica whom nobody certified, signed in past the sign-in: where there have to be hundreds. */
export async function plantPerson(server: SeatedServer): Promise<PlantedPerson> {
  const { clock, database, url } = server;
  const personId = newRandomId<PersonId>(systemRandom);
  const deviceId = newId<DeviceId>(clock, systemRandom);
  const token = newToken(systemRandom);
  const key = softwareProofKey(systemRandom.bytes(32));
  await database.asAdmin(SESSION_SQL, [
    sessionHash(token),
    newId(clock, systemRandom),
    personId,
    deviceId,
    parseId(officeId('CR', 'specialised')),
    key.thumbprint,
    formatInstant(clock.nowMs() + HOUR_MS),
  ]);
  const session = new Session(new FromElsewhere(url), {
    deviceId,
    token,
    ath: tokenHash(token),
    nonce: '',
    key,
    counter: await DeviceCounter.open(new MemoryStore()),
    clock,
    random: systemRandom,
    keepRotated: async () => {},
  });
  return { personId, deviceId, session };
}
