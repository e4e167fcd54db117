import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { BasisField } from './basis-field.js';
import type { Basis } from './life-words.js';

/** A steward closes a thread alone. */
export function CloseDialog({
  threadId,
  onNext,
  onClose,
}: {
  readonly threadId: string;
  readonly onNext: (next: ShownThread) => void;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [basis, setBasis] = useState<Basis>('case-closed');
  const close = async (): Promise<void> => {
    const change = { threadId, action: 'close', basis, until: null, approval: null } as const;
    onNext(await worker().call('thread.change-life', change));
    onClose();
  };
  return (
    <ActDialog
      title={t('thread.life.close')}
      effect={t('thread.life.close.effect')}
      verb={t('thread.life.close.verb')}
      acting={acting}
      onConfirm={() => acting.act(close)}
      onClose={onClose}
    >
      <BasisField value={basis} onChange={setBasis} />
    </ActDialog>
  );
}
