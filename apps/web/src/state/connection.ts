import { useSyncExternalStore } from 'react';

let isLost = false;
const listeners = new Set<() => void>();

/** What the last question to the server has shown of the way to it. */
export function connectionIs(state: 'lost' | 'there'): void {
  isLost = state === 'lost';
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the server cannot be reached at the moment: what needs it waits, with the reason beside it. */
export function useIsOffline(): boolean {
  return useSyncExternalStore(subscribe, () => isLost);
}
