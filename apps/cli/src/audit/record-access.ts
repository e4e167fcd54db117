import {
  AuditQuestions,
  auditTrustOf,
  EventProofs,
  LogHeads,
  readLosses,
  type Session,
} from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import type { Invocation } from '../command-line/verb.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';
import { loadSession } from '../home/stored-session.js';
import { partReader, prefixOf, ServedLog } from '../log/log-reader.js';

/** With what an auditor's command asks the record and checks its answers. */
export interface RecordAccess {
  readonly session: Session;
  readonly questions: AuditQuestions;
  readonly proofs: EventProofs;
}

/** In the session of the home, which is an auditor's. Throws `device.no-session` and the refusal of the server. */
export async function withRecordAccess<Result>(
  invocation: Invocation,
  act: (access: RecordAccess) => Promise<Result>,
): Promise<Result> {
  await cryptoReady();
  return withEnrolledHome(invocation, async (home) => {
    const kept = await loadSession(home.store);
    if (kept === null) throw new CliError('device.no-session');
    const { session } = await openKeptSession(home);
    const { directory } = await openDirectory(home);
    const read = partReader(home.profile.server, () => ({ authorization: `DPoP ${kept.token}` }));
    const logOf = (origin: string) => new ServedLog(read, prefixOf(origin));
    const proofs = new EventProofs({
      source: {
        checkpoint: async (origin) => logOf(origin).checkpoint(),
        tiles: (origin) => logOf(origin),
      },
      trust: auditTrustOf(directory, await readLosses(session, directory)),
      heads: new LogHeads(home.store),
    });
    return act({ session, questions: await AuditQuestions.open(session), proofs });
  });
}
