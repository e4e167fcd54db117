import { isDomainError, type ErrorFacts } from '@enlace/kernel';
import { useState } from 'react';

import { lock } from './workspace.js';

/** What a person asked for: not yet, under way, or refused. */
export interface Acting {
  readonly isBusy: boolean;
  readonly problem: { readonly code: string; readonly facts: ErrorFacts } | null;
  /** Runs one act at a time. A refusal is kept for the screen; a session that has ended locks the page. */
  readonly act: (work: () => Promise<void>) => void;
}

export function useAct(): Acting {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Acting['problem']>(null);
  const act = (work: () => Promise<void>): void => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    work()
      .catch((error: unknown) => {
        if (isDomainError(error, 'session.ended')) lock('ended');
        const known = isDomainError(error) ? error : { code: 'client.fault', facts: {} };
        setProblem({ code: known.code, facts: known.facts });
      })
      .finally(() => setBusy(false));
  };
  return { isBusy, problem, act };
}
