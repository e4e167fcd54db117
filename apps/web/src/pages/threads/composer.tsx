import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { KeptLine } from '../../components/kept-line.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf, ShownThread } from '../../protocol/operations.js';
import { useAct, type Acting } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { quotationOf } from '../entries/entry-text.js';
import { FileChoice } from './file-choice.js';
import { FileProgress } from './file-progress.js';
import { HandlingFields, isLoose, usualHandling } from './handling-fields.js';
import { MessageField } from './message-field.js';
import type { Drafting } from './use-draft.js';

/** Of the names that stand for a message without words. */
const NAMES_CHARACTERS = 1_000;

interface ComposerProps {
  readonly thread: ShownThread;
  readonly drafting: Drafting;
  readonly onSent: (next: ShownThread) => void;
}

/** Writes into a thread. What was typed stays until it stands in the log. */
export function Composer({ thread, drafting, onSent }: ComposerProps) {
  const t = useMessages();
  const acting = useAct();
  const { threadId, floor } = thread;
  const { draft, keptAt, field, change, clear } = drafting;
  const { text, replyTo, note } = draft;
  const handling = draft.handling ?? usualHandling(floor);
  const [files, setFiles] = useState<readonly File[]>([]);
  const hasReason = !isLoose(handling, floor) || note.trim() !== '';
  const isReady = (text.trim() !== '' || files.length > 0) && hasReason && !acting.isBusy;
  const send = (): void => {
    if (!isReady) return;
    acting.act(async () => {
      const why = isLoose(handling, floor) ? note : null;
      const next = await sendMessage({ threadId, text, handling, replyTo, note: why }, files);
      clear();
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
      {replyTo !== null && (
        <p className="quotation">
          {quotationOf(t, replyTo, thread)}{' '}
          <Button
            className="button button-plain button-small"
            onPress={() => change({ replyTo: null })}
          >
            {t('thread.reply.drop')}
          </Button>
        </p>
      )}
      <MessageField
        field={field}
        text={text}
        isBusy={acting.isBusy}
        onChange={(typed) => change({ text: typed })}
        onSend={send}
      />
      <KeptLine keptAt={keptAt} />
      <FileChoice files={files} isBusy={acting.isBusy} onChange={setFiles} />
      <HandlingFields thread={thread} handling={handling} note={note} onChange={change} />
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
