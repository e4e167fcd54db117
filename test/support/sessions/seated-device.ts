import type { AuditScope, Role, StateCode } from '@enlace/contracts';
import { formatInstant, newId, systemClock, systemRandom } from '@enlace/kernel';
import { officeId, personaOf, testId, type Persona } from '@enlace/testing';

import { newToken, sessionHash } from '../../../apps/api/src/platform/access/session-token.js';
import { tokenHash } from '../../../apps/api/src/platform/proof/request-proof.js';
import type { SessionServer } from './session-server.js';
import { elevation, type Elevation } from './step-ups.js';
import { TestDevice, type Sending } from './test-device.js';

const HOUR_MS = 3_600_000;

/** What a seat is planted in. */
export type SeatedServer = Pick<SessionServer, 'url' | 'region' | 'database' | 'clock'>;

/** Whose session it is. */
export interface Seat {
  readonly name: string;
  readonly state: StateCode;
  readonly roles: readonly Role[];
  readonly personId: string;
  readonly officeId: string;
  readonly auditScope?: AuditScope;
}

/** A persona of the region. */
export function seatOf(slug: string): Seat {
  const { state, roles, office, auditScope } = personaOf(slug);
  return {
    name: slug,
    state,
    roles,
    personId: testId(slug, 4),
    officeId: officeId(state, office),
    ...(auditScope === undefined ? {} : { auditScope }),
  };
}

/** One of the two registrars of a State. */
export function registrarSeat(state: StateCode, number: 1 | 2 = 1): Seat {
  const name = `registrar:${state}:${number}`;
  const office: Persona['office'] = 'registry';
  return {
    name,
    state,
    roles: ['registrar'],
    personId: testId(name, 4),
    officeId: officeId(state, office),
  };
}

/** One seat for each role of the policy table, auditors by their scope. */
export const ONE_OF_EACH_ROLE: readonly Seat[] = [
  seatOf('cr-rosa'),
  seatOf('cr-esteban'),
  seatOf('cr-lucia'),
  { ...seatOf('cr-lucia'), name: 'cr-central', roles: ['central-authority'] },
  seatOf('cr-ines'),
  seatOf('xr-saul'),
  { ...seatOf('xr-saul'), name: 'xr-technical', auditScope: 'technical' },
  registrarSeat('CR'),
  seatOf('cr-daniel'),
  seatOf('xr-alma'),
  seatOf('xr-tania'),
];

const SESSION_SQL = `
INSERT INTO app.sessions (sid_hash, session_id, person_id, device_id, state, office_id, roles, audit_scope, acr,
                          key_thumbprint, nonce_key, via, opened_at, idle_until, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'passkey', $9, $1, 'cli', now(), $10, $10)`;

/**
 * A device with a live session of any role, planted past the sign-in: roles whose passkey no test has. Its key, token,
 * proofs and step-ups are real ones from there on.
 */
export class SeatedDevice extends TestDevice {
  private constructor(
    private readonly server: SeatedServer,
    readonly seat: Seat,
  ) {
    super(server, server.region, {
      slug: 'cr-rosa',
      device: `seat:${newId(systemClock, systemRandom)}`,
    });
  }

  static async at(server: SeatedServer, seat: Seat): Promise<SeatedDevice> {
    const device = new SeatedDevice(server, seat);
    await device.#plant();
    return device;
  }

  /** Sends what needs a second factor, with one for exactly this body. */
  async sendElevated(sending: Sending, about: Elevation) {
    const text = sending.body === undefined ? '' : JSON.stringify(sending.body);
    const sessionId = this.opened?.sessionId;
    const shown = await elevation(this.server, about, { sessionId, text });
    return this.send({ ...sending, headers: { ...sending.headers, ...shown } });
  }

  async #plant(): Promise<void> {
    await this.makeKey();
    const token = newToken(systemRandom);
    const sessionId = newId(systemClock, systemRandom);
    const { seat, server } = this;
    await server.database.asAdmin(SESSION_SQL, [
      sessionHash(token),
      sessionId,
      seat.personId,
      this.deviceId,
      seat.state,
      seat.officeId,
      seat.roles,
      seat.auditScope ?? null,
      this.key?.thumbprint,
      formatInstant(server.clock.ms + HOUR_MS),
    ]);
    const ends = { idleSeconds: HOUR_MS / 1_000, endsAt: formatInstant(server.clock.ms + HOUR_MS) };
    this.opened = { token, sessionId, ath: tokenHash(token), nonce: '', highestSeq: 0, ...ends };
    await this.send({ path: '/sessions', withoutProof: true });
  }
}
