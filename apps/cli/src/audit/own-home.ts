import { declarePurpose, type Session } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { currentOf, parseStatement } from '@enlace/trust';
import type { OwnRecord } from '../audit-verify/own-manifests.js';
import type { Invocation } from '../command-line/verb.js';
import { withEnrolledHome, type EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';
import { homeFolderOf } from '../home/home.js';
import { checkReceipts } from '../home/own-record.js';
import { openKeptSession } from '../home/signed-in.js';
import { isBroken, tellBroken } from './receipts.js';

/** What only the home of an auditor can check. */
interface OwnHome {
  readonly own: OwnRecord | null;
  /** Whether the server kept its promises to this home; those that it broke are told. */
  readonly checkReceipts: () => Promise<boolean>;
}

/** In the session of the home. Throws `device.no-session`. */
export async function withOwnRecord<Result>(
  invocation: Invocation,
  act: (home: OwnHome) => Promise<Result>,
): Promise<Result> {
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    return act({
      own: await ownRecord(home, session),
      checkReceipts: async () => {
        const report = await checkReceipts(home, session, homeFolderOf(invocation));
        tellBroken(report, invocation);
        return !isBroken(report);
      },
    });
  });
}

/** By the own certificate in the directory that the home holds, not by what the server says. */
export async function ownRecord(home: EnrolledHome, session: Session): Promise<OwnRecord | null> {
  const { body } = parseStatement(home.profile.deviceCert);
  if (body.type !== 'device-cert') return null;
  const { state, personId: subject } = body;
  const { directory } = await openDirectory(home);
  const scope = currentOf(directory, { type: 'person-cert', state, subject })?.statement.body
    .auditScope;
  if (scope !== 'national' && scope !== 'regional') return null;
  let headings: Readonly<Record<string, string>> | null = null;
  return {
    state,
    pages: async (year, from) => {
      headings ??= await declarePurpose(session, { purpose: 'audit' });
      const query = { year, from: String(from) };
      const request = { method: 'GET', path: ROUTES.auditManifests, query, headings } as const;
      return session.request(request, 'act');
    },
  };
}
