import { useState } from 'react';

import type { RecordEvent } from '../../protocol/operations.js';
import type { Acting } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** One event whole, verified in the worker; the focus goes to it. */
export function useShownEvent({ act }: Pick<Acting, 'act'>) {
  const [event, setEvent] = useState<RecordEvent | null>(null);
  const show = (eventId: string): void =>
    act(async () => {
      setEvent(await worker().call('record.show', { eventId }));
      queueMicrotask(() => requestAnimationFrame(() => document.getElementById(eventId)?.focus()));
    });
  return { event, show, clear: (): void => setEvent(null) };
}
