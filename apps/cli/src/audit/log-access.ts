import { declarePurpose, type ClientStatements, type Session } from '@enlace/client';
import { ROUTES, TICKET_HEADER } from '@enlace/contracts';
import { isDomainError, sha256, toBase64Url, utf8 } from '@enlace/kernel';
import { findText } from '../command-line/option-values.js';
import { CliError } from '../command-line/cli-error.js';
import type { OwnRecord } from '../audit-verify/own-manifests.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile } from '../files/input-file.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { statementsOf } from '../home/own-record.js';
import { openKeptSession } from '../home/signed-in.js';
import { loadSession } from '../home/stored-session.js';
import type { Headings } from '../log/log-reader.js';
import { readMember, witnessAccess, type EntryAccess } from '../log/witness-access.js';
import { ownRecord } from './own-home.js';

/** How whoever verifies is let in. */
export interface LogAccess extends EntryAccess {
  /** Tells the record that a check did not hold, where a device is there to say it. */
  readonly stateFailure: (what: string, evidence: string) => Promise<void>;
  /** The roots that the home was enrolled with; null for a witness, which names a file. */
  readonly trustStore: string | null;
  /** The record of the own State, for an auditor whose certificate says so. */
  readonly own: OwnRecord | null;
}

/** With the token of a witness (`--token-file`), else in the session of the home, which is an auditor's. */
export async function withLogAccess<Result>(
  invocation: Invocation,
  url: string,
  act: (access: LogAccess) => Promise<Result>,
): Promise<Result> {
  const tokenFile = findText(invocation.options, 'token-file');
  if (tokenFile !== null) {
    const access = witnessAccess(url, readInputFile(tokenFile));
    return act({ ...access, stateFailure: async () => {}, trustStore: null, own: null });
  }
  return withEnrolledHome(invocation, async (home) => {
    const kept = await loadSession(home.store);
    if (kept === null) throw new CliError('device.no-session');
    const { session } = await openKeptSession(home);
    const access = sessionAccess(session, { token: kept.token, statements: statementsOf(home) });
    const own = await ownRecord(home, session);
    return act({ ...access, trustStore: home.profile.trustStore, own });
  });
}

function sessionAccess(
  session: Session,
  { token, statements }: { readonly token: string; readonly statements: ClientStatements },
): Omit<LogAccess, 'trustStore' | 'own'> {
  const authorization = `DPoP ${token}`;
  let ticket: Headings = {};
  return {
    headings: () => ({ authorization, ...ticket }),
    unlock: async (origin, size) => {
      if (size === 0) return;
      const headings = await declarePurpose(session, { purpose: 'audit' });
      const granted = await session.request(
        {
          method: 'POST',
          path: ROUTES.auditMirrors,
          body: { origin, fromIndex: 0, toIndex: size },
          headings,
        },
        'act',
      );
      ticket = { [TICKET_HEADER]: readMember(granted, 'ticket') };
    },
    stateFailure: async (what, evidence) => {
      const evidenceHash = toBase64Url(sha256(utf8(evidence)));
      await statements.state({ type: 'audit.verification-failed', what, evidenceHash });
      // The finding stands whatever the server makes of it; the statement waits for the next sign-in.
      await statements.send(session).catch((error: unknown) => {
        if (!isDomainError(error)) throw error;
      });
    },
  };
}
