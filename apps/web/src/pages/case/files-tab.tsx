import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import { plainName } from '../entries/person-words.js';
import { EntryFiles } from '../threads/entry-files.js';
import type { CaseTabProps } from './case-parts.js';
import { HeldThreads } from './held-threads.js';

/** The files of every thread of the case, the newest first; what was withdrawn is in its thread alone. */
export function FilesTab({ threads }: CaseTabProps) {
  const t = useMessages();
  const language = useLanguage();
  return (
    <>
      <h2>{t('case.tab.files')}</h2>
      <HeldThreads threads={threads}>
        {(held) => {
          const sent = held.flatMap(filesIn).toSorted((a, b) => (a.sentAt < b.sentAt ? 1 : -1));
          if (sent.length === 0) return <p>{t('case.files.none')}</p>;
          return (
            <ul className="cards">
              {sent.map(({ thread: { threadId, title }, seq, author, sentAt, files }) => (
                <li key={`${threadId} ${seq}`} className="card">
                  <p>
                    <strong>{plainName(t, author)}</strong>{' '}
                    <time dateTime={sentAt}>{formatDateTime(language, sentAt)}</time>{' '}
                    <a href={hrefOfDetail('threads', threadId)}>{title ?? t('threads.untitled')}</a>
                  </p>
                  <EntryFiles threadId={threadId} files={files} />
                </li>
              ))}
            </ul>
          );
        }}
      </HeldThreads>
    </>
  );
}

function filesIn(thread: ShownThread) {
  return thread.entries.flatMap(({ seq, author, sentAt, said }) => {
    if (said.kind !== 'text' || said.withdrawal !== null || said.files.length === 0) return [];
    return [{ thread, seq, author, sentAt, files: said.files }];
  });
}
