import { systemRandom } from '@enlace/kernel';
import type { FreshDatabase, Region } from '@enlace/testing';

import { Authorities } from '../../../apps/api/src/authorities/authorities.service.js';
import { DirectoryLog } from '../../../apps/api/src/directory/directory-log.js';
import { DirectoryRepository } from '../../../apps/api/src/directory/directory.repository.js';
import { StatementActs } from '../../../apps/api/src/directory/statement-acts.js';
import { Certificates } from '../../../apps/api/src/people/certificates.service.js';
import { ClaimedDevices } from '../../../apps/api/src/people/claimed-devices.service.js';
import { Claims } from '../../../apps/api/src/people/claims.service.js';
import { InvitationsRepository } from '../../../apps/api/src/people/invitations.repository.js';
import { Invitations } from '../../../apps/api/src/people/invitations.service.js';
import { OpenInvitations } from '../../../apps/api/src/people/open-invitations.service.js';
import { Permissions } from '../../../apps/api/src/platform/access/permissions.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { LogWriter } from '../../../apps/api/src/platform/tlog/log-writer.js';
import { passkeysOf } from '../passkeys/node-passkeys.js';
import { openActs, StandingClock } from './recorded-acts.js';

/** The services of a node on a database of its own, in the region and at its time. */
export async function aCeremonyNode(fresh: FreshDatabase, region: Region) {
  const clock = new StandingClock(region.nowMs);
  const node = await openActs(fresh, clock);
  const { acts, audit, database } = node;
  const log = new DirectoryLog(
    region.trustStore,
    new DirectoryRepository(),
    new LogWriter(),
    clock,
    systemRandom,
    createLog('error', { write: () => undefined }),
  );
  const permissions = new Permissions(clock);
  const statements = new StatementActs(acts, audit);
  const repository = new InvitationsRepository();
  const common = [statements, permissions, log] as const;
  const passkeys = passkeysOf({ database, log, audit, clock });
  return {
    ...node,
    log,
    authorities: new Authorities(...common, audit),
    invitations: new Invitations(...common, repository, audit, clock),
    certificates: new Certificates(...common, repository, audit),
    passkeys,
    claims: new Claims(statements, database, repository, audit, passkeys, clock),
    claimedDevices: new ClaimedDevices(statements, log, repository, audit, passkeys),
    open: new OpenInvitations(acts, permissions, repository, audit),
    permissions,
    statements,
  };
}
