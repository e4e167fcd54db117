import { ROUTES } from '@enlace/contracts';

import type { Session } from '../../session/session.js';
import { signStated, type ClientStated, type StatementPorts } from './client-statements.js';

/**
 * Tells the record at once, and resolves when it has taken it: for what may happen only after that. Said again under
 * the same id it is one event. Throws the refusal of the server, `client.*`.
 */
export async function recordStated(
  session: Pick<Session, 'request'>,
  stated: ClientStated,
  { id, ...ports }: StatementPorts & { readonly id?: string },
): Promise<void> {
  const { body, sig } = signStated(stated, ports, id);
  const statements = [{ body, sig }];
  const path = ROUTES.auditClientEvents;
  await session.request({ method: 'POST', path, body: { statements } }, 'background');
}
