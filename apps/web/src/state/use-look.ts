import { isDomainError } from '@enlace/kernel';
import { useEffect } from 'react';

import type { Look } from '../protocol/operations.js';
import { useAct, type Acting } from './use-act.js';
import { lookedUp, worker, type Workspace } from './workspace.js';

/** How often the page looks again while something is still to come. In milliseconds. */
const LOOK_AGAIN_MS = 10_000;

/** Reading the own directory: once the vault is open, and again while the own chain does not count yet. */
export interface Looking extends Omit<Acting, 'act'> {
  readonly read: () => void;
}

export function useLook(workspace: Workspace): Looking {
  const { isBusy, problem, act } = useAct();
  const read = (): void => act(look);
  const isOpen = workspace.kind === 'signed-in' && workspace.account.isVaultOpen;
  const isToCome = workspace.kind === 'signed-in' && isYetToCome(workspace.look);
  // A refusal ends it; that nobody answered does not.
  const isAgain = problem === null ? isToCome : problem.code === 'client.unreachable';
  useEffect(() => {
    if (isOpen) read();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, and again when the vault opens
  }, [isOpen]);
  useEffect(() => {
    if (!isOpen || isBusy || !isAgain) return undefined;
    const timer = setTimeout(read, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  });
  return { isBusy, problem, read };
}

async function look(): Promise<void> {
  try {
    lookedUp(await worker().call('directory.look', {}));
  } catch (error) {
    // What was found before does not count any more, and is not shown beside the refusal.
    if (isDomainError(error, 'chain.refused')) lookedUp(null);
    throw error;
  }
}

/** The chain does not count yet, or what is shown is from before the connection was lost. */
function isYetToCome(seen: Look | null): boolean {
  return seen?.kind === 'waiting' || (seen?.kind === 'sound' && !seen.log.isFresh);
}
