import { ROUTES, type LoggedStatement } from '@enlace/contracts';
import { isDomainError, isJsonObject, type JsonValue } from '@enlace/kernel';

import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';
import type { DirectorySource } from './replica.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The log as a server hands it out under a session. Nothing of it is believed here; the replica judges it. */
export function directoryOf(session: Session): DirectorySource {
  return {
    statements: async (from, limit) => {
      const query = { from: `${from}`, limit: `${limit}` };
      const request = { method: 'GET', path: ROUTES.directoryStatements, query } as const;
      return readPage(await session.request(request, 'none'));
    },
    checkpoint: async () => {
      const request = { method: 'GET', path: ROUTES.directoryLogCheckpoint } as const;
      try {
        const note = await session.request(request, 'none');
        if (typeof note !== 'string') throw new AnswerMalformed('checkpoint');
        return note;
      } catch (error) {
        // Nothing is signed yet; a server that had a checkpoint before is found out by the replica.
        if (isDomainError(error, 'log.not-found')) return null;
        throw error;
      }
    },
  };
}

// Attacker-controlled: the whole page is the server's.
function readPage(body: JsonValue): readonly LoggedStatement[] {
  if (!Array.isArray(body)) throw new AnswerMalformed('statements');
  const items: readonly JsonValue[] = body;
  return items.map((item) => {
    const { index, acceptedAt, wire } = isJsonObject(item) ? item : {};
    const isWhole = typeof index === 'number' && typeof wire === 'string';
    if (!isWhole || typeof acceptedAt !== 'string' || !INSTANT.test(acceptedAt)) {
      throw new AnswerMalformed('statement');
    }
    return { index, acceptedAt, wire };
  });
}
