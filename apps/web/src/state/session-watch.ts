import { isDomainError } from '@enlace/kernel';
import { useEffect, useState } from 'react';

import { lock, worker } from './workspace.js';

/** How often the page asks whether its session still lives. In milliseconds. */
const CHECK_MS = 5_000;

/**
 * Asks while somebody is signed in, so that a person whose certificate was taken away is out while looking. Returns
 * whether the server gave no answer the last time.
 */
export function useSessionWatch(isSignedIn: boolean): boolean {
  const [isOffline, setOffline] = useState(false);
  useEffect(() => {
    if (!isSignedIn) return undefined;
    let isAsking = false;
    const ask = async (): Promise<void> => {
      if (isAsking) return;
      isAsking = true;
      try {
        await worker().call('session.check', {});
        setOffline(false);
      } catch (error) {
        if (isDomainError(error, 'session.ended')) lock('ended');
        setOffline(isDomainError(error, 'client.unreachable'));
      } finally {
        isAsking = false;
      }
    };
    const timer = setInterval(() => void ask(), CHECK_MS);
    return () => clearInterval(timer);
  }, [isSignedIn]);
  return isSignedIn && isOffline;
}
