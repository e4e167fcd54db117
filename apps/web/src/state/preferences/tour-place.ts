import { useSyncExternalStore } from 'react';

/** Where in the tour somebody is, from 0; null: not in it. It lasts as long as the page is not loaded again. */
let place: number | null = null;
let isMoved = false;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTourPlace(): number | null {
  return useSyncExternalStore(subscribe, () => place);
}

/** Goes to a step, or out of the tour; whatever takes the place of what was pressed gets the focus. */
export function goInTour(next: number | null): void {
  place = next;
  isMoved = true;
  for (const listener of listeners) listener();
}

/** Whether somebody moved in the tour and the focus has not followed yet; it follows once. */
export function takeMoved(): boolean {
  const was = isMoved;
  isMoved = false;
  return was;
}
