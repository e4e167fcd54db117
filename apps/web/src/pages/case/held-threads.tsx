import { isDomainError } from '@enlace/kernel';
import { useState, type ReactNode } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedThread, ShownThread } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';

interface Held {
  readonly threads: readonly ShownThread[];
  /** How many cannot be shown now: whoever opens one is told why. */
  readonly missing: number;
}

/** Reads what this browser holds of the threads of a case, and shows it once it is there. */
export function HeldThreads({
  threads,
  children,
}: {
  readonly threads: readonly ListedThread[];
  readonly children: (held: readonly ShownThread[]) => ReactNode;
}): ReactNode {
  const t = useMessages();
  const reading = useAct();
  const [held, setHeld] = useState<Held | null>(null);
  useAtStart(() => reading.act(async () => setHeld(await heldOf(threads))));
  return (
    <>
      <ActProblem problem={reading.problem} />
      {held === null && reading.problem === null && (
        <p className="waiting">{t('case.threads.loading', { count: threads.length })}</p>
      )}
      {held !== null && held.missing > 0 && (
        <p className="notice">{t('case.threads.missing', { count: held.missing })}</p>
      )}
      {held !== null && children(held.threads)}
    </>
  );
}

async function heldOf(listed: readonly ListedThread[]): Promise<Held> {
  const threads: ShownThread[] = [];
  for (const { threadId } of listed) {
    try {
      const held = await worker().call('thread.held', { threadId });
      threads.push(held ?? (await worker().call('thread.read', { threadId })));
    } catch (error) {
      if (!isDomainError(error) || isDomainError(error, 'session.ended')) throw error;
    }
  }
  return { threads, missing: listed.length - threads.length };
}
