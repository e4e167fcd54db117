import { isDomainError } from '@enlace/kernel';
import { useEffect } from 'react';

import { connectionIs } from './connection.js';
import { lock, worker } from './workspace.js';

/** How often the page asks whether its session still lives. In milliseconds. */
const CHECK_MS = 5_000;

/** Asks while somebody is signed in, so that a person whose certificate was taken away is out while looking. */
export function useSessionWatch(isSignedIn: boolean): void {
  useEffect(() => {
    if (!isSignedIn) return undefined;
    let isAsking = false;
    const ask = async (): Promise<void> => {
      if (isAsking) return;
      isAsking = true;
      try {
        await worker().call('session.check', {});
        connectionIs('there');
      } catch (error) {
        if (isDomainError(error, 'session.ended')) lock('ended');
        if (isDomainError(error, 'client.not-connected')) connectionIs('returned');
        else connectionIs(isDomainError(error, 'client.unreachable') ? 'lost' : 'there');
      } finally {
        isAsking = false;
      }
    };
    const timer = setInterval(() => void ask(), CHECK_MS);
    return () => {
      clearInterval(timer);
      connectionIs('there');
    };
  }, [isSignedIn]);
}
