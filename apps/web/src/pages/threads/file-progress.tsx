import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { useFileNews, type FileNews } from '../../state/live.js';
import { worker } from '../../state/workspace.js';

/** How far the file is that is moved at the moment, and the way to pause it: what was moved stays. */
export function FileProgress({
  threadId,
  steps,
}: {
  readonly threadId: string;
  readonly steps: readonly FileNews['step'][];
}) {
  const t = useMessages();
  const news = useFileNews(threadId);
  const isShown = news !== null && steps.includes(news.step);
  const part = isShown && news.total > 0 ? news.done / news.total : 0;
  const words = isShown
    ? t(`thread.file.${news.step}`, { name: news.name, part: Math.floor(part * 100) })
    : t('thread.file.begins');
  return (
    <div className="file-progress">
      <p>{words}</p>
      <progress aria-label={words} max={1} value={part} />
      <Button
        className="button button-plain"
        onPress={() => void worker().call('thread.pause', { threadId })}
      >
        {t('thread.file.pause')}
      </Button>
    </div>
  );
}
