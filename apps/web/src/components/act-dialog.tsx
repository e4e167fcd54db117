import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../i18n/use-messages.js';
import type { Acting } from '../state/use-act.js';
import { ActProblem } from './act-problem.js';

interface ActDialogProps {
  readonly title: string;
  /** What the act brings about, and who will see it. */
  readonly effect: string;
  readonly verb: string;
  readonly acting: Acting;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What will be signed, in words; and what the person still has to say. */
  readonly children: ReactNode;
}

/**
 * Stands before the page until an act is confirmed by its verb or given up. The platform keeps the focus inside and
 * gives it back; a refusal stays in the dialog, where the verb is the way to try again.
 */
export function ActDialog(props: ActDialogProps): ReactNode {
  const { title, effect, verb, acting, onConfirm, onClose, children } = props;
  const t = useMessages();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => acting.isBusy && event.preventDefault()}
      onClose={onClose}
    >
      <form
        className="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <p className="notice">{effect}</p>
        <ActProblem problem={acting.problem} />
        {acting.isBusy && <p className="waiting">{t('act.waiting')}</p>}
        <Button type="submit" className="button button-main" isDisabled={acting.isBusy}>
          {verb}
        </Button>
        <Button
          className="button button-plain"
          isDisabled={acting.isBusy}
          onPress={() => dialog.current?.close()}
        >
          {t('act.give-up')}
        </Button>
      </form>
    </dialog>
  );
}
