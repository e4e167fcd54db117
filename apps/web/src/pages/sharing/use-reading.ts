import { isDomainError, isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { useCallback, useEffect, useState } from 'react';

import { useThreadNews } from '../../state/live.js';
import type { Acting } from '../../state/use-act.js';
import { lock, worker } from '../../state/workspace.js';

export interface Reading<Value> {
  /** What was read last; null before the first answer. */
  readonly value: Value | null;
  /** Of what it was read. */
  readonly key: string | null;
  readonly problem: Acting['problem'];
}

/** Reads something by a key, and anew with each other key or function; an answer that was overtaken is dropped. */
export function useReading<Value>(key: string | null, read: () => Promise<Value>): Reading<Value> {
  const [kept, setKept] = useState<Reading<Value>>({ value: null, key: null, problem: null });
  useEffect(() => {
    if (key === null) return;
    let isWanted = true;
    const take = async (): Promise<void> => {
      try {
        const value = await read();
        if (isWanted) setKept({ value, key, problem: null });
      } catch (error) {
        if (isDomainError(error, 'session.ended')) lock('ended');
        const problem = isDomainError(error) ? error : { code: 'client.fault', facts: {} };
        if (isWanted) setKept((before) => ({ ...before, problem }));
      }
    };
    void take();
    return () => {
      isWanted = false;
    };
  }, [key, read]);
  return kept;
}

/** Follows a thread, and counts what is new in it. */
export function useNewsCount(threadId: string): number {
  const [count, setCount] = useState(0);
  useThreadNews(
    threadId,
    useCallback(() => setCount((before) => before + 1), []),
  );
  useFollowing(threadId);
  return count;
}

/** From here on the worker says when there is something new in a thread; none while it has no id. */
export function useFollowing(threadId: string): void {
  useEffect(() => {
    if (threadId === '') return;
    // Whoever opens it again begins to follow again.
    worker()
      .call('thread.follow', { threadId })
      .catch(() => {});
  }, [threadId]);
}

/** A document that the worker gave as JSON text. */
export function documentOf(text: string): JsonObject {
  const value: JsonValue = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}
