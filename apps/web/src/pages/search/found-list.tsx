import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { SearchFound } from '../../protocol/operations.js';
import { hrefOfEntry } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import { nameOf } from '../entries/person-words.js';

/** The messages that were found, the newest first; each leads to its place in its thread. */
export function FoundList({ found: { total, hits } }: { readonly found: SearchFound }) {
  const t = useMessages();
  const said =
    total > hits.length
      ? t('search.found.more', { count: total, shown: hits.length })
      : t('search.found', { count: total });
  return (
    <section className="list" aria-labelledby="found">
      <h2 id="found" aria-live="polite">
        {said}
      </h2>
      <ol className="cards">
        {hits.map((hit) => (
          <li key={`${hit.threadId}/${hit.seq}`} className="card">
            <Found found={hit} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Found({ found }: { readonly found: SearchFound['hits'][number] }) {
  const t = useMessages();
  const language = useLanguage();
  const { threadId, title, seq, author, sentAt, handling, files, before, hit, after } = found;
  return (
    <>
      <h3>
        <a href={hrefOfEntry(threadId, seq)}>
          {t('search.place', { title: title ?? t('threads.untitled'), seq })}
        </a>
      </h3>
      <p className="entry-head">
        <strong>{nameOf(t, author)}</strong>{' '}
        <time dateTime={sentAt}>{formatDateTime(language, sentAt)}</time>
        {handling !== null && <span className="mark">{handling}</span>}
      </p>
      <p className="entry-text">
        {before}
        <strong>{hit}</strong>
        {after}
      </p>
      {files.length > 0 && <p className="soft">{t('search.files', { names: files.join(', ') })}</p>}
    </>
  );
}
