import { useEffect, useSyncExternalStore } from 'react';

import type { LiveNews } from '../protocol/messages.js';

/** `false` also before the first line stands. */
let isOpen = false;
const onLine = new Set<() => void>();
const onThread = new Map<string, Set<() => void>>();

/** What the worker says of threads by itself. */
export function heardNews(news: LiveNews): void {
  if (news.kind === 'thread') {
    for (const tell of onThread.get(news.threadId) ?? []) tell();
    return;
  }
  isOpen = news.isOpen;
  for (const tell of onLine) tell();
}

/** The worker has ended, and its line with it. */
export function forgetLine(): void {
  heardNews({ kind: 'line', isOpen: false });
}

function subscribe(listener: () => void): () => void {
  onLine.add(listener);
  return () => onLine.delete(listener);
}

/** Whether what is new in followed threads comes by itself; otherwise the worker asks for it. */
export function useIsLineOpen(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen);
}

/** Calls `tell` with everything that is new in a thread which is followed. */
export function useThreadNews(threadId: string, tell: () => void): void {
  useEffect(() => {
    const told = onThread.get(threadId) ?? new Set();
    onThread.set(threadId, told.add(tell));
    return () => {
      told.delete(tell);
      if (told.size === 0) onThread.delete(threadId);
    };
  }, [threadId, tell]);
}
