import { AnswerMalformed, type RecordSource, type Session } from '@enlace/client';
import { isDomainError, utf8 } from '@enlace/kernel';
import { tilePath } from '@enlace/tlog';

/** Checkpoints and hash tiles under a session. Nothing of them is believed here. */
export function recordOf(session: Session): RecordSource {
  return {
    checkpoint: async (origin) => {
      try {
        const path = `${prefixOf(origin)}/checkpoint`;
        const note = await session.request({ method: 'GET', path }, 'none');
        if (typeof note !== 'string') throw new AnswerMalformed('checkpoint');
        return utf8(note);
      } catch (error) {
        if (isDomainError(error, 'log.not-found')) return null;
        throw error;
      }
    },
    tiles: (origin) => ({
      readTile: async ({ level, index, width }) => {
        const path = `${prefixOf(origin)}/${tilePath({ kind: 'hashes', level, index, width })}`;
        return session.requestOctets({ method: 'GET', path }, 'none');
      },
    }),
  };
}

/** Where the log of this origin lies below a server. */
function prefixOf(origin: string): string {
  const year = origin.split('/')[1];
  return year === undefined ? '/directory/log' : `/audit/log/${encodeURIComponent(year)}`;
}
