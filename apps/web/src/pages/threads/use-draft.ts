import { useCallback, useMemo, useRef, type RefObject } from 'react';

import type { ResultOf } from '../../protocol/operations.js';
import { useKept, type KeptPlace } from '../../state/keeping/use-kept.js';
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

/** A draft of its own for each thread: it outlives a reload and a lock, and goes when it was sent. */
export function useDraft(threadId: string): Drafting {
  const field = useRef<HTMLTextAreaElement>(null);
  const place = useMemo(
    (): KeptPlace<Draft> => ({
      nothing: NOTHING,
      isNothing: ({ text, note, replyTo }) => text === '' && note === '' && replyTo === null,
      load: async () => worker().call('thread.draft', { threadId }),
      keep: async (draft) => worker().call('thread.keep-draft', { threadId, draft }),
    }),
    [threadId],
  );
  const { value: draft, keptAt, change, clear } = useKept(place);
  const write = useCallback(
    (more: Partial<Draft>) => {
      change(more);
      field.current?.focus();
    },
    [change],
  );
  return { draft, keptAt, field, change, write, clear };
}
