import { ROUTES, type OwnReceipt } from '@enlace/contracts';
import { isJsonObject } from '@enlace/kernel';

import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';
import type { ClientStated, StatementPorts } from '../audit/stated/client-statements.js';
import { readOwnReceipt } from '../audit/judge-receipt.js';
import { listOwnEvents } from '../audit/own-events.js';
import { recordStated } from '../audit/stated/record-stated.js';

/** Pages of one's own record that are looked through: a server that never ends them ends nothing here. */
const PAGES_MOST = 200;

type Seal = Extract<ClientStated, { readonly type: 'attachment.sealed' }>;

/**
 * Tells the record of a seal, under the seal's own id: said again it is one event. Throws the refusal of the server,
 * `client-event.refused` for a file that this device does not have.
 */
export async function recordSeal(
  session: Session,
  seal: Omit<Seal, 'type'>,
  ports: StatementPorts,
): Promise<void> {
  await recordStated(
    session,
    { type: 'attachment.sealed', ...seal },
    { ...ports, id: seal.custodyId },
  );
}

/**
 * What the log shows of a seal that this person told of, with its proof; `null` while it is on its way, or when there
 * is none. Nothing of it is believed yet. Throws the refusal of the server.
 */
export async function findSeal(
  session: Session,
  custodyId: string,
): Promise<Extract<OwnReceipt, { pending: false }> | null> {
  const leaf = await findLeaf(session, custodyId);
  if (leaf === null) return null;
  const request = { method: 'POST', path: ROUTES.auditOwnReceipts } as const;
  const body = { leaves: [leaf], known: [] };
  const answer = await session.request({ ...request, body }, 'none');
  const receipts = isJsonObject(answer) ? answer['receipts'] : null;
  if (!Array.isArray(receipts) || receipts.length !== 1) throw new AnswerMalformed('receipts');
  const shown = readOwnReceipt(receipts[0]);
  return shown.pending ? null : shown;
}

async function findLeaf(session: Session, custodyId: string): Promise<string | null> {
  let before: string | null = null;
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const { events, next } = await listOwnEvents(session, before);
    const found = events.find(
      ({ type, sections }) =>
        type === 'attachment.sealed' && sections.what?.['custodyId'] === custodyId,
    );
    if (found !== undefined) return found.leaf;
    if (next === null || next === before) return null;
    before = next;
  }
  return null;
}
