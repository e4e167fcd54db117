import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { FileProgress } from './file-progress.js';
import { sizeWords } from './file-words.js';

/** Files that were paused or interrupted; their message goes out when they are all there. */
export function WaitingFiles({
  thread,
  onNext,
}: {
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const acting = useAct();
  const isOffline = useIsOffline();
  const { threadId, unfinished } = thread;
  if (unfinished.length === 0 && !acting.isBusy) return null;
  const goOn = (): void =>
    acting.act(async () => {
      const next =
        (await worker().call('thread.resume', { threadId })) ??
        (await worker().call('thread.held', { threadId }));
      if (next !== null) onNext(next);
    });
  return (
    <section className="card" aria-labelledby="waiting-files">
      <h2 id="waiting-files">{t('thread.file.waiting')}</h2>
      <ul>
        {unfinished.map(({ attachmentId, name, size }) => (
          <li key={attachmentId}>
            {name} {sizeWords(language, size)}
          </li>
        ))}
      </ul>
      <ActProblem problem={acting.problem} />
      {acting.isBusy ? (
        <FileProgress threadId={threadId} steps={['sent']} />
      ) : (
        <Button className="button button-main" isDisabled={isOffline} onPress={goOn}>
          {t('thread.file.resume')}
        </Button>
      )}
    </section>
  );
}
