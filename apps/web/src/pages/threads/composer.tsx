import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf, ShownThread } from '../../protocol/operations.js';
import { useAct, type Acting } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { FileChoice } from './file-choice.js';
import { FileProgress } from './file-progress.js';

/** Of the names that stand for a message without words. */
const NAMES_CHARACTERS = 1_000;

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
  const [files, setFiles] = useState<readonly File[]>([]);
  const [handling, setHandling] = useState<Handling>(floor ?? 'EN1');
  const isReady = (text.trim() !== '' || files.length > 0) && !acting.isBusy;
  const send = (): void => {
    if (!isReady) return;
    acting.act(async () => {
      const next = await sendMessage({ threadId, text, handling }, files);
      setText('');
      setFiles([]);
      onSent(next ?? thread);
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
      <FileChoice files={files} isBusy={acting.isBusy} onChange={setFiles} />
      <ChoiceField
        label={t('thread.handling')}
        codes={codes}
        word={(code) => t(`handling.${code}`)}
        value={handling}
        onChange={setHandling}
      />
      <Underway thread={thread} acting={acting} hasFiles={files.length > 0} />
      <Button type="submit" className="button button-main" isDisabled={!isReady}>
        {t('thread.send')}
      </Button>
    </form>
  );
}

/** With files it goes out when the server has all of them. Null where nothing of the thread is here. */
async function sendMessage(
  message: ArgsOf<'thread.send'>,
  files: readonly File[],
): Promise<ShownThread | null> {
  const { threadId } = message;
  const names = files
    .map(({ name }) => name)
    .join(', ')
    .slice(0, NAMES_CHARACTERS);
  const said = { ...message, text: message.text.trim() === '' ? names : message.text };
  const next =
    files.length === 0
      ? await worker().call('thread.send', said)
      : await worker().call('thread.attach', { ...said, files: [...files] });
  return next ?? worker().call('thread.held', { threadId });
}

/** What became of what was sent: it waits, was refused, or is on its way. */
function Underway({
  thread,
  acting,
  hasFiles,
}: {
  readonly thread: ShownThread;
  readonly acting: Acting;
  readonly hasFiles: boolean;
}) {
  const t = useMessages();
  const { threadId, waiting, unfinished } = thread;
  return (
    <>
      <output>
        {waiting > unfinished.length && <span className="notice">{t('thread.waits')}</span>}
      </output>
      <ActProblem problem={acting.problem} />
      {acting.isBusy && <p className="waiting">{t('thread.sending')}</p>}
      {acting.isBusy && hasFiles && <FileProgress threadId={threadId} steps={['sealed', 'sent']} />}
    </>
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
