import { useEffect } from 'react';

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
  const read = (): void => act(async () => lookedUp(await worker().call('directory.look', {})));
  const isOpen = workspace.kind === 'signed-in' && workspace.account.isVaultOpen;
  const isWaiting = workspace.kind === 'signed-in' && workspace.look?.kind === 'waiting';
  useEffect(() => {
    if (isOpen) read();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, and again when the vault opens
  }, [isOpen]);
  useEffect(() => {
    if (!isWaiting || problem !== null) return undefined;
    const timer = setTimeout(read, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  });
  return { isBusy, problem, read };
}
