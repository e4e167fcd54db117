import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import type { Acting } from '../state/use-act.js';
import { ActProblem } from './act-problem.js';

interface ActFormProps {
  readonly acting: Acting;
  readonly verb: string;
  /** What is said while the act is under way. */
  readonly waiting: string;
  readonly isReady: boolean;
  readonly onAct: () => Promise<void>;
  /** What the act is told: labels, fields and their help. */
  readonly children: ReactNode;
}

/** Fields for one act: what went wrong below them, then the verb. What was typed stays after a refusal. */
export function ActForm(props: ActFormProps): ReactNode {
  const { acting, verb, waiting, isReady, onAct, children } = props;
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        acting.act(onAct);
      }}
    >
      {children}
      <ActProblem problem={acting.problem} />
      {acting.isBusy && <p className="waiting">{waiting}</p>}
      <Button type="submit" className="button button-main" isDisabled={acting.isBusy || !isReady}>
        {verb}
      </Button>
    </form>
  );
}
