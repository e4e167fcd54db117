import { useEffect, useState } from 'react';

import type { Account, ResultOf } from '../protocol/operations.js';
import { useAct, type Acting } from './use-act.js';
import { worker, type Workspace } from './workspace.js';

/** What the server keeps of the vault, as the worker found it; null before it was opened, and while it is refused. */
export interface KeptVault extends Omit<Acting, 'act'> {
  readonly kept: ResultOf<'directory.vault'> | null;
  readonly read: () => void;
}

/**
 * Looks at the copy of the server at each sign-in, whatever page is open: as soon as the own chain was found sound,
 * from which on the server keeps the vault. Nobody does in a demo. What was found wrong stays said until a look
 * finds otherwise: a server that falls silent afterwards takes nothing back.
 */
export function useKeptVault(workspace: Workspace): KeptVault {
  const { isBusy, problem, act } = useAct();
  const [found, setFound] = useState<Found | null>(null);
  const account = ownerOf(workspace);
  const read = (): void => {
    setFound(null);
    act(async () => setFound({ kept: await worker().call('directory.vault', {}), account }));
  };
  const isThere = account !== null && isSoundNow(workspace);
  useEffect(() => {
    if (isThere) read();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, and again after the next sign-in
  }, [isThere]);
  if (account === null) return { kept: null, isBusy, problem: null, read };
  return { kept: found?.account === account ? found.kept : null, isBusy, problem, read };
}

/** Of the sign-in under which it was looked at, and no other one. */
interface Found {
  readonly kept: ResultOf<'directory.vault'>;
  readonly account: Account | null;
}

function ownerOf(workspace: Workspace): Account | null {
  const account = workspace.kind === 'signed-in' ? workspace.account : null;
  return account?.demo === null && account.isVaultOpen ? account : null;
}

function isSoundNow(workspace: Workspace): boolean {
  const look = workspace.kind === 'signed-in' ? workspace.look : null;
  return look?.kind === 'sound' && look.log.isFresh;
}
