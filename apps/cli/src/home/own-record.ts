import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import {
  auditTrustOf,
  readLosses,
  ClientStatements,
  KeptReceipts,
  LogHeads,
  ReceiptChecks,
  type ReceiptReport,
  type Session,
} from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';
import { writeNewFiles } from '../files/new-files.js';
import type { DeviceProfile } from './device-profile.js';
import type { EnrolledHome } from './enrolled-home.js';
import { openDirectory } from './held-directory.js';

/** Where the person finds what to hand to the auditor of the State. */
const EVIDENCE_FOLDER = 'evidence';

/** A home that has the keys of a device, certified or not. */
interface DeviceHome extends Pick<EnrolledHome, 'store'> {
  readonly profile: Pick<DeviceProfile, 'keys'>;
}

/** What the device of this home says under its own signature, kept here until a server has acknowledged it. */
export function statementsOf(home: DeviceHome): ClientStatements {
  return new ClientStatements(home.store, portsOf(home));
}

/** The server's promises to this home that nobody has seen kept yet. */
export function receiptsOf(home: DeviceHome): KeptReceipts {
  return new KeptReceipts(home.store, { statements: statementsOf(home), clock: systemClock });
}

/** Asks the server to prove that it kept its promises to this home. Throws as `ReceiptChecks`. */
export async function checkReceipts(
  home: EnrolledHome,
  session: Session,
  homeFolder: string,
): Promise<ReceiptReport> {
  const { directory } = await openDirectory(home);
  const statements = statementsOf(home);
  const checks = new ReceiptChecks({
    ...portsOf(home),
    actor: actorOf(home),
    statements,
    receipts: receiptsOf(home),
    heads: new LogHeads(home.store),
    trust: auditTrustOf(directory, await readLosses(session, directory)),
    keepEvidence: async (name, text) => keepEvidence(join(homeFolder, EVIDENCE_FOLDER, name), text),
  });
  return checks.run(session);
}

function actorOf({ profile }: Pick<EnrolledHome, 'profile'>) {
  const { body } = parseStatement(profile.deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  return { personId: body.personId, state: body.state };
}

function portsOf({ profile }: Pick<DeviceHome, 'profile'>) {
  const { deviceId, signSeed: seed } = profile.keys;
  return { device: { deviceId, seed }, clock: systemClock, random: systemRandom };
}

/** The first evidence of a name stays. */
function keepEvidence(path: string, text: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    writeNewFiles([{ path, text, isSecret: true }]);
  }
  return path;
}
