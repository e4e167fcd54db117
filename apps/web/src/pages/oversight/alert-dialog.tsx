import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { WordsField } from '../../components/words-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { RecordAlert } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** As much as the server takes of a reason. In characters. */
const REASON_LENGTH = 500;
const STEPS = { acknowledge: 'acknowledged', close: 'closed' } as const;
export type AlertAct = keyof typeof STEPS;

/** Moves an alert, with what the person says about it. */
export function AlertDialog({
  act,
  name,
  alertId,
  onMoved,
  onClose,
}: {
  readonly act: AlertAct;
  readonly name: string;
  readonly alertId: string;
  readonly onMoved: (alert: RecordAlert) => void;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [reason, setReason] = useState('');
  const [isRefused, setRefused] = useState(false);
  // One line: the record takes no control characters.
  const said = reason.trim().replaceAll(/\s+/g, ' ');
  const move = async (): Promise<void> => {
    const asked = { alertId, step: STEPS[act], reason: said };
    const moved = await worker().call('record.move-alert', asked);
    onClose();
    onMoved(moved);
  };
  return (
    <ActDialog
      title={t(`alerts.${act}.title`)}
      effect={t(`alerts.${act}.effect`)}
      verb={t(`alerts.${act}`)}
      acting={acting}
      onConfirm={() => (said === '' ? setRefused(true) : acting.act(move))}
      onClose={onClose}
    >
      <p className="lead">{name}</p>
      <WordsField
        label={t('alerts.reason')}
        demand={{
          help: t('alerts.reason.help'),
          missing: isRefused && said === '' ? t('alerts.reason.missing') : null,
          most: REASON_LENGTH,
        }}
        value={reason}
        onChange={setReason}
      />
    </ActDialog>
  );
}
