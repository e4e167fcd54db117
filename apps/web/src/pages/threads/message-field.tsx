import { useId, type RefObject } from 'react';

import { useMessages } from '../../i18n/use-messages.js';

/** Where a message is written: Enter begins a line, with Control or Command it sends. */
export function MessageField({
  field,
  text,
  isBusy,
  onChange,
  onSend,
}: {
  readonly field: RefObject<HTMLTextAreaElement | null>;
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
        ref={field}
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
