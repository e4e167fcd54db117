import { useMessages } from '../../i18n/use-messages.js';
import type { ListedThread } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';

/** Threads with their names, as far as this browser has read them. */
export function ThreadList({ threads }: { readonly threads: readonly ListedThread[] }) {
  const t = useMessages();
  return (
    <ul className="cards">
      {threads.map(({ threadId, title, standing, unread, waiting }) => (
        <li key={threadId} className="card">
          <h3>
            <a href={hrefOfDetail('threads', threadId)}>{title ?? t('threads.untitled')}</a>
          </h3>
          <p className="soft">
            {t(`threads.standing.${standing}`)}
            {unread > 0 && ` ${t('threads.unread', { count: unread })}`}
            {waiting > 0 && ` ${t('threads.waiting', { count: waiting })}`}
          </p>
        </li>
      ))}
    </ul>
  );
}
