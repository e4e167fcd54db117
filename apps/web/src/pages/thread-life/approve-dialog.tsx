import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { LineField } from '../case-records/line-field.js';
import { BasisField } from './basis-field.js';
import { actsNow, ACTS_OF_TWO, endOfDay, type Basis, type Life } from './life-words.js';

type Made = ResultOf<'thread.approve-life'>['files'];

/** The second person signs exactly one act, after it was read in words; the steward who acts is handed the file. */
export function ApproveDialog({
  threadId,
  life,
  onApproved,
  onClose,
}: {
  readonly threadId: string;
  readonly life: Life;
  readonly onApproved: (files: Made) => void;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [action, setAction] = useState(actsNow(life)[0] ?? 'hold');
  const [basis, setBasis] = useState<Basis>('court-order');
  const [day, setDay] = useState('');
  const isWhole = action !== 'retain' || day !== '';
  const approve = async (): Promise<void> => {
    const until = action === 'retain' ? endOfDay(day) : null;
    const about = { threadId, action, basis, until };
    onApproved((await worker().call('thread.approve-life', about)).files);
    onClose();
  };
  return (
    <ActDialog
      title={t('thread.life.approve')}
      effect={t('thread.life.approve.effect')}
      verb={t('thread.life.approve.verb')}
      acting={acting}
      onConfirm={() => isWhole && acting.act(approve)}
      onClose={onClose}
    >
      <ChoiceField
        label={t('thread.life.act')}
        codes={ACTS_OF_TWO}
        word={(code) => t(`thread.life.${code}`)}
        value={action}
        onChange={setAction}
      />
      <p>{t(`thread.life.${action}.effect`)}</p>
      <BasisField value={basis} onChange={setBasis} />
      {action === 'retain' && (
        <LineField label={t('thread.life.until')} isDay value={day} onChange={setDay} />
      )}
    </ActDialog>
  );
}
