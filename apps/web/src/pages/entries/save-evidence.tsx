import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import type { Entry, EntryPlace } from './entry-place.js';

/** What was shown to this browser, byte for byte, as a file for whoever looks into it. */
export function SaveEvidence({
  entry: { seq, author, sentAt, said },
  place: { thread },
  button,
}: {
  readonly entry: Entry;
  readonly place: EntryPlace;
  readonly button: { readonly className: string; readonly excludeFromTabOrder: boolean };
}) {
  const t = useMessages();
  const acting = useAct();
  const [address, setAddress] = useState<string | null>(null);
  const { threadId, alerts } = thread;
  useEffect(
    () => () => {
      if (address !== null) URL.revokeObjectURL(address);
    },
    [address],
  );
  const make = (): void =>
    acting.act(async () => {
      const { evidence } = await worker().call('thread.evidence', { threadId });
      const reason = said.kind === 'unreadable' ? said.reason : null;
      const found = { threadId, seq, reason, author: author?.personId ?? null, sentAt, alerts };
      const text = JSON.stringify({ ...found, evidence }, null, 2);
      setAddress(URL.createObjectURL(new Blob([text], { type: 'application/json' })));
    });
  return (
    <>
      <ActProblem problem={acting.problem} />
      {address === null ? (
        <Button {...button} isDisabled={acting.isBusy} onPress={make}>
          {t('thread.remedy.evidence')}
        </Button>
      ) : (
        <a
          className={button.className}
          href={address}
          download={`enlace-${threadId}-${seq}.json`}
          tabIndex={button.excludeFromTabOrder ? -1 : 0}
        >
          {t('thread.evidence.save')}
        </a>
      )}
    </>
  );
}
