import { useEffect, useState } from 'react';

import { lockByHand } from './keeping/lock-by-hand.js';
import { usePreferences } from './preferences/preferences.js';
import { lock, useWorkspaceState } from './workspace.js';

/** A page that nobody touches warns so long before it is locked. In milliseconds. */
const WARNING_MS = 2 * 60_000;
const MINUTE_MS = 60_000;
const SIGNS_OF_LIFE = ['keydown', 'pointerdown', 'wheel'] as const;

/** Locks the page when nobody is there for as long as was chosen, or at Alt+L. Returns whether it is about to. */
export function useIdleLock(): boolean {
  const isSignedIn = useWorkspaceState().kind === 'signed-in';
  const idleMs = Number(usePreferences().idleMinutes) * MINUTE_MS;
  const [isWarning, setWarning] = useState(false);
  useEffect(() => {
    if (!isSignedIn) return undefined;
    let timers: number[] = [];
    const begin = (): void => {
      for (const timer of timers) clearTimeout(timer);
      setWarning(false);
      timers = [
        window.setTimeout(() => setWarning(true), idleMs - WARNING_MS),
        window.setTimeout(() => lock('idle'), idleMs),
      ];
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey && event.code === 'KeyL') void lockByHand();
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
  }, [isSignedIn, idleMs]);
  return isWarning;
}
