import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** Writes into a thread. What was typed stays until it stands in the log. */
export function Composer({
  thread,
  onSent,
}: {
  readonly thread: ShownThread;
  readonly onSent: (next: ShownThread) => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const { threadId, floor } = thread;
  const codes = codesFrom(floor);
  const [text, setText] = useState('');
  const [handling, setHandling] = useState<Handling>(floor ?? 'EN1');
  const isReady = text.trim() !== '' && !acting.isBusy;
  const send = (): void => {
    if (!isReady) return;
    acting.act(async () => {
      const next = await worker().call('thread.send', { threadId, text, handling });
      setText('');
      onSent(next ?? { ...thread, waiting: thread.waiting + 1 });
    });
  };
  return (
    <form
      className="card question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <MessageField text={text} isBusy={acting.isBusy} onChange={setText} onSend={send} />
      <ChoiceField
        label={t('thread.handling')}
        codes={codes}
        word={(code) => t(`handling.${code}`)}
        value={handling}
        onChange={setHandling}
      />
      <output>{thread.waiting > 0 && <span className="notice">{t('thread.waits')}</span>}</output>
      <ActProblem problem={acting.problem} />
      {acting.isBusy && <p className="waiting">{t('thread.sending')}</p>}
      <Button type="submit" className="button button-main" isDisabled={!isReady}>
        {t('thread.send')}
      </Button>
    </form>
  );
}

function MessageField({
  text,
  isBusy,
  onChange,
  onSend,
}: {
  readonly text: string;
  readonly isBusy: boolean;
  readonly onChange: (text: string) => void;
  readonly onSend: () => void;
}) {
  const t = useMessages();
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{t('thread.say')}</label>
      <textarea
        id={id}
        className="input input-words"
        rows={4}
        aria-describedby={`${id}-help`}
        aria-keyshortcuts="Control+Enter"
        value={text}
        readOnly={isBusy}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onSend();
        }}
      />
      <p id={`${id}-help`} className="soft">
        {t('thread.say.help')}
      </p>
    </>
  );
}

/** From the floor on; an entry for named readers alone is not written here. */
function codesFrom(floor: Handling | null): readonly Handling[] {
  const from = floor === null ? 0 : HANDLING_CODES.indexOf(floor);
  return HANDLING_CODES.slice(from).filter((code) => code !== 'EN3');
}
