import { ROUTES, type OwnReceipt } from '@enlace/contracts';
import { isJsonObject } from '@enlace/kernel';

import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';
import {
  signStated,
  type ClientStated,
  type StatementPorts,
} from '../audit/stated/client-statements.js';
import { readOwnReceipt } from '../audit/receipts/judge-receipt.js';
import { listOwnEvents } from '../audit/reading/own-events.js';
import { recordStated } from '../audit/stated/record-stated.js';
import type { ShowPresence } from '../session/step-up.js';

/** Pages of one's own record that are looked through: a server that never ends them ends nothing here. */
const PAGES_MOST = 200;

type Sealed = Extract<ClientStated, { readonly type: 'attachment.sealed' }>;
type Transferred = Extract<ClientStated, { readonly type: 'attachment.transferred' }>;
type Proven = Extract<OwnReceipt, { pending: false }>;

/** How the record names a seal, or a transfer of its custody, among the events of this person. */
export interface CustodyName {
  readonly type: (Sealed | Transferred)['type'];
  readonly custodyId: string;
  readonly sealCommitment: string;
}

/**
 * Tells the record of a seal, under the seal's own id: said again it is one event. Throws the refusal of the server,
 * `client-event.refused` for a file that this device does not have.
 */
export async function recordSeal(
  session: Session,
  seal: Omit<Sealed, 'type'>,
  ports: StatementPorts,
): Promise<void> {
  await recordStated(
    session,
    { type: 'attachment.sealed', ...seal },
    { ...ports, id: seal.custodyId },
  );
}

/**
 * Tells the record that this person took custody over, after who sits there was shown once more; `transferId` makes it
 * one event. Throws as `recordSeal`, and what `show` throws.
 */
export async function recordTransfer(
  session: Pick<Session, 'requestElevated'>,
  {
    transferId,
    show,
    ...transferred
  }: Omit<Transferred, 'type'> & { readonly transferId: string; readonly show: ShowPresence },
  ports: StatementPorts,
): Promise<void> {
  const stated = { type: 'attachment.transferred', ...transferred } as const;
  const { body, sig } = signStated(stated, ports, transferId);
  const request = { method: 'POST', path: ROUTES.auditClientEvents } as const;
  const about = { action: 'attachment.transfer', objectId: stated.threadId } as const;
  const statements = [{ body, sig }];
  await session.requestElevated({ ...request, body: { statements } }, about, show);
}

/**
 * What the log shows of a seal, or of a transfer, that this person told of, with its proof; `null` while it is on its
 * way, or when there is none. Nothing of it is believed yet. Throws the refusal of the server.
 */
export async function findCustody(session: Session, name: CustodyName): Promise<Proven | null> {
  const leaf = await findLeaf(session, name);
  if (leaf === null) return null;
  const request = { method: 'POST', path: ROUTES.auditOwnReceipts } as const;
  const body = { leaves: [leaf], known: [] };
  const answer = await session.request({ ...request, body }, 'none');
  const receipts = isJsonObject(answer) ? answer['receipts'] : null;
  if (!Array.isArray(receipts) || receipts.length !== 1) throw new AnswerMalformed('receipts');
  const shown = readOwnReceipt(receipts[0]);
  return shown.pending ? null : shown;
}

async function findLeaf(
  session: Session,
  { type, custodyId, sealCommitment }: CustodyName,
): Promise<string | null> {
  let before: string | null = null;
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const { events, next } = await listOwnEvents(session, before);
    const found = events.find(
      ({ type: recorded, sections: { what } }) =>
        recorded === type &&
        what?.['custodyId'] === custodyId &&
        what['sealCommitment'] === sealCommitment,
    );
    if (found !== undefined) return found.leaf;
    if (next === null || next === before) return null;
    before = next;
  }
  return null;
}
