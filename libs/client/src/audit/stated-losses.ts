import { ROUTES } from '@enlace/contracts';
import { isDomainError, isJsonObject, type JsonValue } from '@enlace/kernel';
import { verifyLossStatement, type Directory, type VerifiedLoss } from '@enlace/trust';

import type { Session } from '../session/session.js';

/**
 * What States signed about logs that lost entries, of the register that everybody sees. Judged by the own directory:
 * what does not hold is left out, and a server that leaves one out only hides the log that goes on.
 */
export async function readLosses(
  session: Pick<Session, 'request'>,
  directory: Directory,
): Promise<readonly VerifiedLoss[]> {
  const request = { method: 'GET', path: ROUTES.breakGlass } as const;
  const answer = await session.request(request, 'none');
  const entries: readonly JsonValue[] = Array.isArray(answer) ? answer : [];
  return entries.flatMap((entry) => readLoss(directory, entry));
}

// Attacker-controlled: the entry.
function readLoss(directory: Directory, entry: JsonValue): readonly VerifiedLoss[] {
  const { action, wire } = isJsonObject(entry) ? entry : {};
  if (action !== 'leave-recovery' || typeof wire !== 'string') return [];
  try {
    return [verifyLossStatement(directory, wire)];
  } catch (error) {
    if (isDomainError(error)) return [];
    throw error;
  }
}
