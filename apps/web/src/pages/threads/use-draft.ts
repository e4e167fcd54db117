import { formatInstant, systemClock } from '@enlace/kernel';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

import type { ResultOf } from '../../protocol/operations.js';
import { worker } from '../../state/workspace.js';

/** What somebody has begun to write in a thread: its words, code, what it answers, and why it is looser than usual. */
export type Draft = NonNullable<ResultOf<'thread.draft'>>;

/** A draft under way, and the field that it is written in. */
export interface Drafting {
  readonly draft: Draft;
  /** When it was sealed and kept last, as it stands; null while it is not. */
  readonly keptAt: string | null;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly change: (more: Partial<Draft>) => void;
  /** Changes it, and goes on in its field. */
  readonly write: (more: Partial<Draft>) => void;
  readonly clear: () => void;
}

const NOTHING: Draft = { text: '', handling: null, replyTo: null, note: '' };
/** So long after the last key it is kept. In milliseconds. */
const KEPT_AFTER_MS = 500;

/** A draft of its own for each thread: it outlives a reload and a lock, and goes when it was sent. */
export function useDraft(threadId: string): Drafting {
  const [draft, setDraft] = useState(NOTHING);
  const [keptAt, setKeptAt] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  /** What the store does not have yet. */
  const unkept = useRef<Draft | null>(null);
  const isTouched = useRef(false);
  const latest = useRef(NOTHING);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const keep = useCallback(async () => {
    const { current } = unkept;
    if (current === null) return;
    unkept.current = null;
    const isNothing = current.text === '' && current.note === '' && current.replyTo === null;
    // A worker that has ended keeps nothing more; what it kept before is there.
    await worker()
      .call('thread.keep-draft', { threadId, draft: isNothing ? null : current })
      .then(() => !isNothing && setKeptAt(formatInstant(systemClock.nowMs())))
      .catch(() => {});
  }, [threadId]);
  useEffect(() => {
    const load = async (): Promise<void> => {
      const held = await worker().call('thread.draft', { threadId });
      if (held === null || isTouched.current) return;
      latest.current = held;
      setDraft(held);
    };
    load().catch(() => {});
    return () => void keep();
  }, [threadId, keep]);
  const change = useCallback(
    (more: Partial<Draft>) => {
      const after = { ...latest.current, ...more };
      latest.current = after;
      unkept.current = after;
      isTouched.current = true;
      setKeptAt(null);
      setDraft(after);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void keep(), KEPT_AFTER_MS);
    },
    [keep],
  );
  const clear = useCallback(() => change(NOTHING), [change]);
  const write = useCallback(
    (more: Partial<Draft>) => {
      change(more);
      field.current?.focus();
    },
    [change],
  );
  return { draft, keptAt, field, change, write, clear };
}
