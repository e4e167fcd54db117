import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../i18n/use-messages.js';
import { useIsOffline } from '../state/connection.js';
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
  /** False: something is still to be said before the verb can be pressed. */
  readonly isReady?: boolean;
  /** The act is done in this browser, with or without a server. */
  readonly isLocal?: boolean;
  /** What will be signed, in words; and what the person still has to say. */
  readonly children: ReactNode;
}

/**
 * Stands before the page until an act is confirmed by its verb or given up. It is read from its heading on; the
 * platform keeps the focus inside and gives it back when the dialog is closed, before it leaves the page. A refusal
 * stays in the dialog, where the verb is the way to try again.
 */
export function ActDialog(props: ActDialogProps): ReactNode {
  const { title, effect, verb, acting, onConfirm, onClose, children } = props;
  const { isReady = true, isLocal = false } = props;
  const isOffline = useIsOffline() && !isLocal;
  const t = useMessages();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    heading.current?.focus();
    return () => {
      shown?.close();
      queueMicrotask(keepFocus);
    };
  }, []);
  const giveUp = (): void => {
    if (!acting.isBusy) onClose();
  };
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        // The event `close` comes a frame later: whoever opens the dialog again at once would meet the one before.
        event.preventDefault();
        giveUp();
      }}
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
        <h2 ref={heading} id={id} tabIndex={-1}>
          {title}
        </h2>
        {children}
        <p className="notice">{effect}</p>
        <ActProblem problem={acting.problem} />
        {isOffline && <p className="soft">{t('act.offline')}</p>}
        <Verbs
          verb={verb}
          isBusy={acting.isBusy}
          isDisabled={isOffline || !isReady}
          onGiveUp={giveUp}
        />
      </form>
    </dialog>
  );
}

/** What is under way keeps the focus: a verb that was pressed is not taken away from under it. */
function Verbs({
  verb,
  isBusy,
  isDisabled,
  onGiveUp,
}: {
  readonly verb: string;
  readonly isBusy: boolean;
  readonly isDisabled: boolean;
  readonly onGiveUp: () => void;
}) {
  const t = useMessages();
  return (
    <>
      {isBusy && <p className="waiting">{t('act.waiting')}</p>}
      <Button
        type="submit"
        className="button button-main"
        isDisabled={isDisabled}
        aria-disabled={isBusy}
      >
        {verb}
      </Button>
      <Button className="button button-plain" aria-disabled={isBusy} onPress={onGiveUp}>
        {t('act.give-up')}
      </Button>
    </>
  );
}

/** What a dialog was opened by may be gone after its act: nobody is left at the top of the document. */
function keepFocus(): void {
  if (document.activeElement === document.body) document.querySelector('h1')?.focus();
}
