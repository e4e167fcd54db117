import { isDomainError } from '@enlace/kernel';
import { confirmPacks, shippedPacks, type ConfirmedPacks, type PackSet } from '@enlace/mla';
import { useState } from 'react';

import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';

/** Country data and treaties as the States have confirmed them, and as they shipped. */
export interface KnownPacks extends ConfirmedPacks {
  readonly shipped: PackSet;
  /** What the States confirmed could not be read: everything is as it shipped. */
  readonly isAsShipped: boolean;
}

/** Null until they are here. */
export function usePacks(): KnownPacks | null {
  const [known, setKnown] = useState<KnownPacks | null>(null);
  useAtStart(() => void readPacks().then(setKnown));
  return known;
}

async function readPacks(): Promise<KnownPacks> {
  const shipped = await shippedPacks();
  try {
    const facts = await worker().call('directory.facts', {});
    return { ...confirmPacks(shipped, facts), shipped, isAsShipped: false };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { ...confirmPacks(shipped, []), shipped, isAsShipped: true };
  }
}
