import type { Action } from '@enlace/contracts';
import { formatInstant, newId, systemClock, systemRandom } from '@enlace/kernel';

import type { SessionServer } from './session-server.js';
import { bodyHash } from './test-device.js';

const HOUR_MS = 3_600_000;

const STEP_UP_SQL = `
INSERT INTO app.step_ups (step_up_id, session_id, action, object_id, body_hash, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)`;

/** What a second factor was shown for. */
export interface Elevation {
  readonly action: Action;
  readonly objectId: string;
}

/** The header of a second factor for exactly this body, planted past the factor. */
export async function elevation(
  server: Pick<SessionServer, 'database' | 'clock'>,
  { action, objectId }: Elevation,
  { sessionId, text }: { readonly sessionId: string | undefined; readonly text: string },
): Promise<{ readonly 'enlace-step-up': string }> {
  const stepUpId = newId(systemClock, systemRandom);
  await server.database.asAdmin(STEP_UP_SQL, [
    stepUpId,
    sessionId,
    action,
    objectId,
    bodyHash('', text),
    formatInstant(server.clock.ms + HOUR_MS),
  ]);
  return { 'enlace-step-up': stepUpId };
}
