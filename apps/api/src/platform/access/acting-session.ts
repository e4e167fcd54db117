import type { SessionContext } from '../database/database.js';
import { SessionEnded } from '../database/database-errors.js';
import type { ActTransaction } from './act.js';

/** The session in whose name an act runs. Throws `session.ended` for an act before sign-in. */
export function getSession({ session }: ActTransaction): SessionContext {
  if (session === null) throw new SessionEnded('the act has no session');
  return session;
}
