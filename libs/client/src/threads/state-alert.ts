import type { ThreadAlert } from '@enlace/e2ee';
import { canonicalJson, sha256, toBase64Url, utf8, type ThreadId } from '@enlace/kernel';

import type { ThreadPorts } from './thread-ports.js';

/**
 * Tells the record what stopped a thread, which shows it to the auditors of the own State. Of a thread that is looked
 * at again and again it is told once.
 */
export async function stateAlert(
  statements: ThreadPorts['statements'],
  threadId: ThreadId,
  { alert, known }: { readonly alert: ThreadAlert; readonly known: ThreadAlert | null },
): Promise<void> {
  const told = toldAs(threadId, alert);
  if (known !== null && toldAs(threadId, known) === told) return;
  const what = `thread-${alert.kind.toLowerCase().replaceAll('_', '-')}`;
  const evidenceHash = toBase64Url(sha256(utf8(told)));
  await statements.state({ type: 'audit.verification-failed', what, evidenceHash });
}

function toldAs(threadId: ThreadId, { kind, facts }: ThreadAlert): string {
  return canonicalJson({ threadId, kind, facts: { ...facts } });
}
