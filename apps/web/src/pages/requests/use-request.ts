import {
  isDomainError,
  isJsonObject,
  systemClock,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { readRequest } from '@enlace/mla';
import { useCallback, useEffect, useRef, useState } from 'react';

import { changed } from '../../protocol/document-change.js';
import type { DocumentChange, ShownRequest } from '../../protocol/operations.js';
import { useThreadNews } from '../../state/live.js';
import { useKeptWhenLeft } from '../../state/keeping/use-kept.js';
import type { Acting } from '../../state/use-act.js';
import { lock, worker } from '../../state/workspace.js';
import { useFollowing } from '../sharing/use-reading.js';

/** Typing rests so long before it is written. In milliseconds. */
const REST_MS = 1_000;

/** What became of what was typed. */
export type Saving = 'nothing' | 'typed' | 'saving' | 'saved' | 'kept';

export interface OpenedRequest {
  readonly shown: ShownRequest | null;
  /** As it is on the screen: what is not written yet is in it. */
  readonly document: JsonObject;
  readonly saving: Saving;
  readonly savedAt: Date | null;
  readonly problem: Acting['problem'];
  /** Changes a place; the code of the problem where the model has no such value, and then nothing changes. */
  readonly set: (path: string, value: unknown) => string | null;
}

/**
 * A draft that is written while somebody types. The page shows what is typed at once; the worker seals it into the
 * record when typing rests, and what a colleague wrote meanwhile comes back with it.
 */
export function useRequest(requestId: string): OpenedRequest {
  const [shown, setShown] = useState<ShownRequest | null>(null);
  const [document, setDocument] = useState<JsonObject>({});
  const [problem, setProblem] = useState<Acting['problem']>(null);
  const here = useRef<JsonObject>({});
  const unsent = useRef<DocumentChange[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const take = useCallback((next: ShownRequest) => {
    here.current = changed(documentOf(next), unsent.current);
    setDocument(here.current);
    setShown(next);
    setProblem(null);
  }, []);

  const fail = useCallback((error: unknown) => {
    if (isDomainError(error, 'session.ended')) lock('ended');
    setProblem(isDomainError(error) ? error : { code: 'client.fault', facts: {} });
  }, []);

  const { save, saving, savedAt, setSaving } = useWriting(requestId, {
    unsent,
    take,
    fail,
  });

  const set = useCallback(
    (path: string, value: unknown): string | null => {
      const change = { path, value: value === undefined ? null : JSON.stringify(value) };
      const next = changed(here.current, [change]);
      const read = readRequest(next);
      if (read.kind === 'malformed') return read.problems[0]?.code ?? 'wrong-type';
      here.current = next;
      setDocument(next);
      const last = unsent.current.at(-1);
      if (last?.path === path && !path.endsWith('/-') && value !== undefined) unsent.current.pop();
      unsent.current.push(change);
      setSaving('typed');
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), REST_MS);
      return null;
    },
    [save, setSaving],
  );

  const open = useCallback(async (): Promise<void> => {
    // The worker does one after the other: what is being written now is in what it answers.
    if (unsent.current.length > 0) return;
    try {
      take(await worker().call('request.open', { requestId }));
    } catch (error) {
      fail(error);
    }
  }, [requestId, take, fail]);

  useNewsOf(shown?.held.threadId ?? '', open);
  useKeptWhenLeft(unsent, save);
  return { shown, document, saving, savedAt, problem, set };
}

interface Writing {
  readonly unsent: { readonly current: DocumentChange[] };
  readonly take: (next: ShownRequest) => void;
  readonly fail: (error: unknown) => void;
}

/** Writes what is not written yet, one call after the other; what could not be written stays. */
function useWriting(requestId: string, { unsent, take, fail }: Writing) {
  const isRunning = useRef(false);
  const [saving, setSaving] = useState<Saving>('nothing');
  const [savedAt, setSavedAt] = useState<Date | null>(null);
  const save = useCallback(async (): Promise<void> => {
    if (isRunning.current) return;
    isRunning.current = true;
    while (unsent.current.length > 0) {
      const changes = unsent.current.splice(0);
      setSaving('saving');
      try {
        const next = await worker().call('request.write', { requestId, changes });
        take(next);
        setSavedAt(new Date(systemClock.nowMs()));
        setSaving(next.isOut ? 'saved' : 'kept');
      } catch (error) {
        unsent.current.unshift(...changes);
        setSaving('typed');
        fail(error);
        break;
      }
    }
    isRunning.current = false;
  }, [requestId, unsent, take, fail]);

  return { save, saving, savedAt, setSaving };
}

/** Opens at once, and again whenever there is something new in the thread of the request. */
function useNewsOf(threadId: string, open: () => Promise<void>): void {
  useThreadNews(
    threadId,
    useCallback(() => void open(), [open]),
  );
  useEffect(() => {
    queueMicrotask(() => void open());
  }, [open]);
  useFollowing(threadId);
}

function documentOf({ held }: ShownRequest): JsonObject {
  const value: JsonValue = JSON.parse(held.text);
  return isJsonObject(value) ? value : {};
}
