import { systemRandom } from '@enlace/kernel';

import { ChallengesRepository } from '../../../apps/api/src/challenges/challenges.repository.js';
import { Challenges } from '../../../apps/api/src/challenges/challenges.service.js';
import type { DirectoryLog } from '../../../apps/api/src/directory/directory-log.js';
import { PasskeysRepository } from '../../../apps/api/src/passkeys/passkeys.repository.js';
import { Passkeys } from '../../../apps/api/src/passkeys/passkeys.service.js';
import { Origins } from '../../../apps/api/src/platform/access/origins.js';
import { readConfig } from '../../../apps/api/src/platform/config/config.js';
import type { Database } from '../../../apps/api/src/platform/database/database.js';
import type { AuditRecorder } from '../../../apps/api/src/platform/tlog/audit-recorder.js';
import type { StandingClock } from '../people/recorded-acts.js';

/** The passkeys of a node without a door: it has no pages, so none is made there. */
export function passkeysOf(node: {
  readonly database: Database;
  readonly log: DirectoryLog;
  readonly audit: AuditRecorder;
  readonly clock: StandingClock;
}): Passkeys {
  const { database, log, audit, clock } = node;
  const challenges = new Challenges(database, new ChallengesRepository(), clock, systemRandom);
  const origins = new Origins(readConfig({}, []));
  return new Passkeys(challenges, origins, log, new PasskeysRepository(), audit, clock);
}
