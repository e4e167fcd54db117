import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { MadeFiles, useMadeFiles } from '../../components/files/made-files.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { formatUtcDay } from '../../state/format.js';
import { ApproveDialog } from './approve-dialog.js';
import { CloseDialog } from './close-dialog.js';
import { actsNow, type ActOfTwo, type Life } from './life-words.js';
import { TwoDialog } from './two-dialog.js';

interface LifeProps {
  readonly thread: ShownThread;
  readonly life: Life;
  readonly onNext: (next: ShownThread) => void;
}

/** What has become of the thread, and what a steward does about that: alone, with another person, or as that person. */
export function LifeSection({ thread, life, onNext }: LifeProps) {
  const t = useMessages();
  const [doing, setDoing] = useState<'close' | 'approve' | ActOfTwo | null>(null);
  const { files, take } = useMadeFiles();
  const { threadId } = thread;
  const onClose = (): void => setDoing(null);
  return (
    <section className="card" aria-labelledby="thread-life">
      <h2 id="thread-life">{t('thread.life.title')}</h2>
      <Standing life={life} />
      {thread.standing === 'steward' && life.status !== 'destroyed' && (
        <Acts life={life} onAct={setDoing} />
      )}
      {files.length > 0 && <p className="notice">{t('thread.life.approved')}</p>}
      <MadeFiles files={files} />
      {doing === 'close' && <CloseDialog threadId={threadId} onNext={onNext} onClose={onClose} />}
      {doing === 'approve' && (
        <ApproveDialog threadId={threadId} life={life} onApproved={take} onClose={onClose} />
      )}
      {doing !== null && doing !== 'close' && doing !== 'approve' && (
        <TwoDialog act={doing} threadId={threadId} onNext={onNext} onClose={onClose} />
      )}
    </section>
  );
}

function Standing({ life: { status, isHeld, keptUntil } }: { readonly life: Life }) {
  const t = useMessages();
  const when = formatUtcDay(useLanguage(), keptUntil);
  return (
    <>
      <p>{t(`thread.life.at.${status}`)}</p>
      {status !== 'destroyed' && <p>{t('thread.life.kept', { when })}</p>}
      {isHeld && <p className="notice">{t('thread.life.held')}</p>}
    </>
  );
}

function Acts({
  life,
  onAct,
}: {
  readonly life: Life;
  readonly onAct: (act: 'close' | 'approve' | ActOfTwo) => void;
}) {
  const t = useMessages();
  const isOffline = useIsOffline();
  const acts = [...(life.status === 'open' ? (['close'] as const) : []), ...actsNow(life)];
  return (
    <>
      <p className="soft">{t('thread.life.two')}</p>
      {isOffline && <p className="soft">{t('act.offline')}</p>}
      <div className="acts">
        {acts.map((act) => (
          <Button
            key={act}
            className="button button-plain"
            isDisabled={isOffline}
            onPress={() => onAct(act)}
          >
            {t(`thread.life.${act}`)}
          </Button>
        ))}
        <Button className="button button-plain" onPress={() => onAct('approve')}>
          {t('thread.life.approve')}
        </Button>
      </div>
    </>
  );
}
