import { useEffect, useState } from 'react';

import { lock, useWorkspaceState } from './workspace.js';

/** Without any touch or key a page is locked after this, as its session is; it warns two minutes before. In ms. */
const IDLE_MS = 15 * 60_000;
const WARNING_MS = IDLE_MS - 2 * 60_000;
const SIGNS_OF_LIFE = ['keydown', 'pointerdown', 'wheel'] as const;

/** Locks the page when nobody is there, or at Alt+L. Returns whether it is about to. */
export function useIdleLock(): boolean {
  const isSignedIn = useWorkspaceState().kind === 'signed-in';
  const [isWarning, setWarning] = useState(false);
  useEffect(() => {
    if (!isSignedIn) return undefined;
    let timers: number[] = [];
    const begin = (): void => {
      for (const timer of timers) clearTimeout(timer);
      setWarning(false);
      timers = [
        window.setTimeout(() => setWarning(true), WARNING_MS),
        window.setTimeout(() => lock('idle'), IDLE_MS),
      ];
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey && event.code === 'KeyL') lock('asked');
    };
    begin();
    addEventListener('keydown', onKey);
    for (const sign of SIGNS_OF_LIFE) addEventListener(sign, begin);
    return () => {
      for (const timer of timers) clearTimeout(timer);
      setWarning(false);
      removeEventListener('keydown', onKey);
      for (const sign of SIGNS_OF_LIFE) removeEventListener(sign, begin);
    };
  }, [isSignedIn]);
  return isWarning;
}
