import {
  AnswerMalformed,
  DirectoryReplica,
  type DirectorySource,
  type LocalStore,
  type Session,
} from '@enlace/client';
import { ROUTES, type LoggedStatement, type StateCode } from '@enlace/contracts';
import { isJsonObject, type JsonValue } from '@enlace/kernel';
import { readInvitation, type Directory } from '@enlace/trust';

/** The directory, replicated into the home and folded by itself, as seen from the State of the invitation. */
export async function readDirectory(
  session: Session,
  store: LocalStore,
  { trustStore, invitation }: { readonly trustStore: string; readonly invitation: string },
): Promise<{ readonly state: StateCode; readonly directory: Directory }> {
  const { state } = readInvitation(invitation);
  const held = { trustStoreText: trustStore, viewpoint: state };
  const replica = await DirectoryReplica.open(store, held);
  await replica.sync(sourceOf(session));
  return { state, directory: replica.directory };
}

function sourceOf(session: Session): DirectorySource {
  return {
    statements: async (from, limit) => {
      const query = { from: String(from), limit: String(limit) };
      const request = { method: 'GET', path: ROUTES.directoryStatements, query } as const;
      const page = await session.request(request, 'none');
      return Array.isArray(page) ? page.map(readStatement) : [];
    },
    checkpoint: async () => null,
  };
}

// Attacker-controlled: the replica compares indexes, and the fold reads every wire.
function readStatement(value: JsonValue): LoggedStatement {
  const { index, acceptedAt, wire } = isJsonObject(value) ? value : {};
  const isWhole = typeof index === 'number' && typeof acceptedAt === 'string';
  if (!isWhole || typeof wire !== 'string') throw new AnswerMalformed('statement');
  return { index, acceptedAt, wire };
}
