import {
  AnswerMalformed,
  type ExportGrounds,
  type RecordSource,
  type Session,
} from '@enlace/client';
import { isDomainError, utf8 } from '@enlace/kernel';
import { tilePath } from '@enlace/tlog';

/** Checkpoints and hash tiles under a session. Nothing of them is believed here. */
export function recordOf(session: Session): RecordSource {
  return {
    checkpoint: async (origin) => noteAt(session, `${prefixOf(origin)}/checkpoint`),
    tiles: (origin) => ({
      readTile: async ({ level, index, width }) => {
        const path = `${prefixOf(origin)}/${tilePath({ kind: 'hashes', level, index, width })}`;
        return session.requestOctets({ method: 'GET', path }, 'none');
      },
    }),
  };
}

/** The same for evidence, which rests on checkpoints that witnesses cosigned. */
export function evidenceOf(session: Session): ExportGrounds['logs'] {
  const record = recordOf(session);
  return {
    witnessed: async (origin) => noteAt(session, `${prefixOf(origin)}/checkpoint/witnessed`),
    readTile: async (origin, tile) => record.tiles(origin).readTile(tile),
  };
}

async function noteAt(session: Session, path: string): Promise<Uint8Array | null> {
  try {
    const note = await session.request({ method: 'GET', path }, 'none');
    if (typeof note !== 'string') throw new AnswerMalformed('checkpoint');
    return utf8(note);
  } catch (error) {
    if (isDomainError(error, 'log.not-found')) return null;
    throw error;
  }
}

/** Where the log of this origin lies below a server. */
function prefixOf(origin: string): string {
  const year = origin.split('/')[1];
  return year === undefined ? '/directory/log' : `/audit/log/${encodeURIComponent(year)}`;
}
