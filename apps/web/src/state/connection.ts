import { useSyncExternalStore } from 'react';

/** `returned`: the server answers again, and there is no session with it yet. */
type Connection = 'there' | 'lost' | 'returned';

let current: Connection = 'there';
const listeners = new Set<() => void>();

/** What the last question to the server has shown of the way to it. */
export function connectionIs(state: Connection): void {
  current = state;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether nothing can be asked of the server at the moment: what needs it waits, with the reason beside it. */
export function useIsOffline(): boolean {
  return useSyncExternalStore(subscribe, () => current !== 'there');
}

/** Whether only a session is missing. */
export function useIsReturned(): boolean {
  return useSyncExternalStore(subscribe, () => current === 'returned');
}
