import type { EntryRefusalCause } from '@enlace/contracts';
import type { ThreadAlert, ThreadAlertKind } from '@enlace/e2ee';
import { canonicalJson, sha256, toBase64Url, utf8, type ThreadId } from '@enlace/kernel';

import type { ThreadPorts } from './thread-ports.js';

/**
 * Tells the record what stopped a thread, which shows it to the auditors of the own State. Of a thread that is looked
 * at again and again it is told once.
 */
export async function stateAlert(
  statements: ThreadPorts['statements'],
  threadId: ThreadId,
  {
    alert,
    known,
    isOfEntry = false,
  }: {
    readonly alert: ThreadAlert;
    readonly known: ThreadAlert | null;
    /** It came with an entry, which is not taken meanwhile. */
    readonly isOfEntry?: boolean;
  },
): Promise<void> {
  const told = toldAs(threadId, alert);
  if (known !== null && toldAs(threadId, known) === told) return;
  const what = `thread-${alert.kind.toLowerCase().replaceAll('_', '-')}`;
  const evidenceHash = toBase64Url(sha256(utf8(told)));
  await statements.state({ type: 'audit.verification-failed', what, evidenceHash });
  if (isOfEntry) await stateRefused(statements, threadId, [alert]);
}

function toldAs(threadId: ThreadId, { kind, facts }: ThreadAlert): string {
  return canonicalJson({ threadId, kind, facts: { ...facts } });
}

/** Which check it was, for each alert about an entry that was not taken; what is taken with a mark is in none. */
const CAUSES: Readonly<Partial<Record<ThreadAlertKind, EntryRefusalCause>>> = {
  BAD_SIG: 'signature',
  UNKNOWN_DEVICE: 'signature',
  UNCERTIFIED: 'signature',
  GAP: 'chain',
  REPLAY: 'chain',
  STALE_EPOCH: 'chain',
  ROLLBACK: 'chain',
  KEY_MISMATCH: 'decrypt',
  MALFORMED: 'decrypt',
  BAD_GRANT: 'decrypt',
  UNAUTHORIZED: 'policy',
  BAD_COMMIT: 'policy',
  FORK: 'fork',
};

/**
 * Tells the record of each entry that was not taken for what it claims to be, for the auditors of all States of its
 * thread. Before that is durable here: killed in between, the entry is refused again and told twice.
 */
export async function stateRefused(
  statements: ThreadPorts['statements'],
  threadId: ThreadId,
  alerts: readonly ThreadAlert[],
): Promise<void> {
  for (const { kind, facts } of alerts) {
    const cause = CAUSES[kind];
    const { seq } = facts;
    if (cause === undefined || typeof seq !== 'number') continue;
    await statements.state({ type: 'entry.refused', threadId, seq, cause });
  }
}
