import { useId, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from './act-problem.js';
import type { Acting } from '../state/use-act.js';

interface Question {
  readonly label: string;
  readonly help: string;
  readonly verb: string;
  readonly acting: Acting;
  readonly onAnswer: (typed: string) => Promise<void>;
  readonly isSecret?: boolean;
  readonly isLong?: boolean;
}

/** One question with a label above, help and error below, and a verb. What was typed stays after a refusal. */
export function TextQuestion(question: Question): ReactNode {
  const { label, help, verb, acting, onAnswer, isSecret = false, isLong = false } = question;
  const id = useId();
  const [typed, setTyped] = useState('');
  const shared = {
    id,
    value: typed,
    className: 'input',
    spellCheck: false,
    autoCapitalize: 'off',
    autoComplete: 'off',
    'aria-describedby': `${id}-help ${id}-problem`,
    'aria-invalid': acting.problem !== null,
  };
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        acting.act(async () => onAnswer(typed));
      }}
    >
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea {...shared} rows={4} onChange={(event) => setTyped(event.target.value)} />
      ) : (
        <input
          {...shared}
          type={isSecret ? 'password' : 'text'}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <p id={`${id}-help`} className="soft">
        {help}
      </p>
      <div id={`${id}-problem`}>
        <ActProblem problem={acting.problem} />
      </div>
      <Button type="submit" className="button button-main" isDisabled={acting.isBusy}>
        {verb}
      </Button>
    </form>
  );
}
