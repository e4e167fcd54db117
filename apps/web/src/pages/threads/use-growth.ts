import { useEffect, useRef } from 'react';

import type { ShownThread } from '../../protocol/operations.js';
import { worker } from '../../state/workspace.js';

/** How often a page that is looked at asks whether its thread has grown. In milliseconds. */
const LOOK_MS = 3_000;

/**
 * Calls `onGrown` when the log is longer than what is shown, or shown no more, or when something waits to be sent.
 * Asking leaves no trace and keeps no session alive.
 */
export function useGrowth(thread: ShownThread | null, onGrown: () => void): void {
  const latest = useRef({ thread, onGrown });
  useEffect(() => {
    latest.current = { thread, onGrown };
  });
  useEffect(() => {
    let isAsking = false;
    const look = async (): Promise<void> => {
      const { thread: shown } = latest.current;
      if (shown === null || isAsking || document.hidden) return;
      isAsking = true;
      try {
        const { seq } = await worker().call('thread.end', { threadId: shown.threadId });
        const isGone = seq === 0 && shown.isServed;
        // Reading sends what waits.
        if (isGone || shown.waiting > 0 || seq > shown.readSeq) latest.current.onGrown();
      } catch {
        // The page says that it is not connected; the next look asks again.
      } finally {
        isAsking = false;
      }
    };
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
}
