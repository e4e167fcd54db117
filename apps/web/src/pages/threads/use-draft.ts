import { useCallback, useRef, useState, type RefObject } from 'react';

import type { ArgsOf } from '../../protocol/operations.js';

/** What somebody has begun to write in a thread. */
export interface Draft {
  readonly text: string;
  /** Null for the usual code of the thread. */
  readonly handling: ArgsOf<'thread.send'>['handling'] | null;
  readonly replyTo: number | null;
  /** Why a looser code than usual is right. */
  readonly note: string;
}

/** A draft under way, and the field that it is written in. */
export interface Drafting {
  readonly draft: Draft;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly change: (more: Partial<Draft>) => void;
  /** Goes on writing, as an answer to an entry. */
  readonly answer: (seq: number) => void;
  readonly clear: () => void;
}

const NOTHING: Draft = { text: '', handling: null, replyTo: null, note: '' };

export function useDraft(): Drafting {
  const [draft, setDraft] = useState(NOTHING);
  const field = useRef<HTMLTextAreaElement>(null);
  const change = useCallback(
    (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more })),
    [],
  );
  const clear = useCallback(() => setDraft(NOTHING), []);
  const answer = useCallback(
    (seq: number) => {
      change({ replyTo: seq });
      field.current?.focus();
    },
    [change],
  );
  return { draft, field, change, answer, clear };
}
