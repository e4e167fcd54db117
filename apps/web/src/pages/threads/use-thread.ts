import { isDomainError } from '@enlace/kernel';
import { useCallback, useEffect, useRef, useState } from 'react';

import type { ShownThread } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useThreadNews } from '../../state/live.js';
import type { Acting } from '../../state/use-act.js';
import { lock, worker } from '../../state/workspace.js';

/** A thread as a page shows it, and what went wrong when it was read. */
export interface OpenedThread {
  readonly thread: ShownThread | null;
  readonly problem: Acting['problem'];
  /** What an act has answered. */
  readonly show: (next: ShownThread) => void;
  /** Asks the server once more. */
  readonly again: () => void;
}

/**
 * Shows what is here at once, then what the server has, and from then on what the worker hears of the thread. After a
 * time without connection it is read again: what waits goes out with that.
 */
export function useThread(threadId: string): OpenedThread {
  const [thread, setThread] = useState<ShownThread | null>(null);
  const [problem, setProblem] = useState<Acting['problem']>(null);
  const show = useCallback(
    (next: ShownThread) =>
      // Answers overtake each other; the log only grows.
      setThread((shown) => (shown !== null && next.readSeq < shown.readSeq ? shown : next)),
    [],
  );
  const look = useCallback(
    async (op: 'thread.held' | 'thread.read') => {
      try {
        const next = await worker().call(op, { threadId });
        if (next !== null) show(next);
        if (op === 'thread.read') setProblem(null);
      } catch (error) {
        if (isDomainError(error, 'session.ended')) lock('ended');
        const known = isDomainError(error) ? error : { code: 'client.fault', facts: {} };
        setProblem(known);
      }
    },
    [threadId, show],
  );
  const latest = useOneAtATime(useCallback(async () => look('thread.held'), [look]));
  useThreadNews(threadId, latest);
  const isOffline = useIsOffline();
  useEffect(() => {
    const begin = async (): Promise<void> => {
      await look('thread.held');
      if (isOffline) return;
      await look('thread.read');
      await worker().call('thread.follow', { threadId });
    };
    // Whoever reads again begins to follow again.
    begin().catch(() => {});
  }, [isOffline, look, threadId]);
  // Beside what is held, that there is no connection is said above every page.
  const isSaid = problem?.code === 'client.unreachable' && thread !== null;
  const again = useCallback(() => void look('thread.read'), [look]);
  return { thread, problem: isSaid ? null : problem, show, again };
}

/** Runs again what was asked for while it ran, once. */
function useOneAtATime(run: () => Promise<void>): () => void {
  const state = useRef({ isRunning: false, isAsked: false });
  return useCallback(() => {
    const { current } = state;
    current.isAsked = true;
    if (current.isRunning) return;
    current.isRunning = true;
    void (async () => {
      while (current.isAsked) {
        current.isAsked = false;
        await run();
      }
      current.isRunning = false;
    })();
  }, [run]);
}
