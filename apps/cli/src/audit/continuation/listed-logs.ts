import type { Session } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';

/** The logs as the server lists them: its word, which nothing is built on alone. Throws the refusal of the server. */
export async function listLogs(session: Session): Promise<readonly JsonObject[]> {
  const list = await session.request({ method: 'GET', path: ROUTES.auditLogs }, 'none');
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  return items.filter(isJsonObject);
}
