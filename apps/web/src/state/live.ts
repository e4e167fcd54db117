import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

import type { LiveNews } from '../protocol/messages.js';

/** `false` also before the first line stands. */
let isOpen = false;
const onLine = new Set<() => void>();
const onThread = new Map<string, Set<(news: OfThread) => void>>();

type OfThread = Extract<LiveNews, { readonly threadId: string }>;
/** How far a file of a thread is. */
export type FileNews = Extract<LiveNews, { readonly kind: 'file' }>;

/** What the worker says of threads by itself. */
export function heardNews(news: LiveNews): void {
  if (news.kind !== 'line') {
    for (const tell of onThread.get(news.threadId) ?? []) tell(news);
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

/** Calls `tell` whenever there is something new in a thread which is followed. */
export function useThreadNews(threadId: string, tell: () => void): void {
  const ofThread = useCallback(({ kind }: OfThread) => kind === 'thread' && tell(), [tell]);
  useNewsOf(threadId, ofThread);
}

/** How far the file is that is moved in a thread; null before the first word of it. */
export function useFileNews(threadId: string): FileNews | null {
  const [latest, setLatest] = useState<FileNews | null>(null);
  const ofFile = useCallback((news: OfThread) => news.kind === 'file' && setLatest(news), []);
  useNewsOf(threadId, ofFile);
  return latest;
}

function useNewsOf(threadId: string, tell: (news: OfThread) => void): void {
  useEffect(() => {
    const told = onThread.get(threadId) ?? new Set();
    onThread.set(threadId, told.add(tell));
    return () => {
      told.delete(tell);
      if (told.size === 0) onThread.delete(threadId);
    };
  }, [threadId, tell]);
}
