import { useId, useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { Fact } from '../../components/fact.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import type { LifeApproval } from '../../protocol/threads/life-forms.js';
import { formatUtcDay } from '../../state/format.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { nameOf } from '../entries/person-words.js';
import { basisWord, type ActOfTwo } from './life-words.js';

/** An approval is one signed text: more is read of no file. In bytes. */
const APPROVAL_MOST = 16_384;

interface Held {
  readonly text: string;
  readonly read: LifeApproval;
}

/** What two persons decide: the steward who acts reads what the other one approved, and does exactly that. */
export function TwoDialog({
  act,
  threadId,
  onNext,
  onClose,
}: {
  readonly act: ActOfTwo;
  readonly threadId: string;
  readonly onNext: (next: ShownThread) => void;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [held, setHeld] = useState<Held | null>(null);
  const counts = held !== null && held.read.action === act && !held.read.by.isSelf;
  const choose = (file: File): void => {
    setHeld(null);
    acting.act(async () => {
      const text = await file.slice(0, APPROVAL_MOST).text();
      setHeld({ text, read: await worker().call('thread.read-approval', { threadId, text }) });
    });
  };
  const change = async (): Promise<void> => {
    if (held === null) return;
    const { basis, until } = held.read;
    const wanted = { threadId, action: act, basis, until, approval: held.text.trim() };
    const confirmed = { action: `thread.${act}`, objectId: threadId };
    onNext(await inPresence(confirmed, async () => worker().call('thread.change-life', wanted)));
    onClose();
  };
  return (
    <ActDialog
      title={t(`thread.life.${act}`)}
      effect={t(`thread.life.${act}.effect`)}
      verb={t(`thread.life.${act}.verb`)}
      acting={acting}
      onConfirm={() => counts && acting.act(change)}
      onClose={onClose}
    >
      <ApprovalFile onChoose={choose} />
      <output>
        {held === null ? (
          <span className="notice">{t('thread.life.approval.waits')}</span>
        ) : (
          <Approval act={act} read={held.read} />
        )}
      </output>
    </ActDialog>
  );
}

function ApprovalFile({ onChoose }: { readonly onChoose: (file: File) => void }) {
  const t = useMessages();
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{t('thread.life.approval')}</label>
      <input
        id={id}
        type="file"
        className="input"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) onChoose(file);
        }}
      />
    </div>
  );
}

/** What the other person signed; and why it does not count, where it does not. */
function Approval({ act, read }: { readonly act: ActOfTwo; readonly read: LifeApproval }) {
  const t = useMessages();
  const language = useLanguage();
  const { action, basis, until, by } = read;
  return (
    <>
      <dl className="facts">
        <Fact name={t('thread.life.approval.by')}>{nameOf(t, by)}</Fact>
        <Fact name={t('thread.life.act')}>{t(`thread.life.${action}`)}</Fact>
        <Fact name={t('thread.life.basis')}>{basisWord(t, basis)}</Fact>
        {until !== null && (
          <Fact name={t('thread.life.until')}>{formatUtcDay(language, until)}</Fact>
        )}
      </dl>
      {action !== act && <span className="notice">{t('thread.life.approval.other')}</span>}
      {by.isSelf && <span className="notice">{t('thread.life.approval.own')}</span>}
    </>
  );
}
