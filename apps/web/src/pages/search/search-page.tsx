import { useEffect, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { SearchAsked, SearchFound, SearchGround } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';
import { formatDate } from '../../state/format.js';
import { searchFieldStands } from '../../state/preferences/shortcuts.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { FoundList } from './found-list.js';
import { SearchFields } from './search-fields.js';

const EVERYTHING: SearchAsked = {
  words: '',
  state: null,
  personId: null,
  handling: null,
  hasFiles: false,
  from: null,
  until: null,
};

/** Searches what this browser has read: in the worker, so that no server learns a word of it. */
export function SearchPage() {
  const t = useMessages();
  const reading = useAct();
  const searching = useAct();
  const [ground, setGround] = useState<SearchGround | null>(null);
  const [asked, setAsked] = useState(EVERYTHING);
  const [found, setFound] = useState<SearchFound | null>(null);
  useAtStart(() =>
    reading.act(async () => setGround(await worker().call('thread.look-through', {}))),
  );
  useEffect(() => {
    if (ground !== null) searchFieldStands();
  }, [ground]);
  return (
    <div className="sheet">
      <PageHeading text={t('search.title')} />
      <p>{t('search.intro')}</p>
      <ActProblem problem={reading.problem} />
      {ground === null && reading.problem === null && (
        <p className="waiting">{t('search.loading')}</p>
      )}
      {ground !== null && (
        <>
          <section className="card" aria-label={t('search.title')}>
            <ActForm
              acting={searching}
              verb={t('search.act')}
              waiting={t('search.waiting')}
              isReady={isAsking(asked)}
              onAct={async () => setFound(await worker().call('thread.find', asked))}
            >
              <SearchFields
                authors={ground.authors}
                asked={asked}
                onChange={(more) => setAsked({ ...asked, ...more })}
              />
            </ActForm>
          </section>
          <Ground ground={ground} />
          {found !== null && <FoundList found={found} />}
        </>
      )}
    </div>
  );
}

/** Whether anything narrows the search. */
function isAsking({ words, hasFiles, ...narrowing }: SearchAsked): boolean {
  return words.trim() !== '' || hasFiles || Object.values(narrowing).some((one) => one !== null);
}

/** What is searched, and what is not. */
function Ground({ ground }: { readonly ground: SearchGround }) {
  const t = useMessages();
  const language = useLanguage();
  const { messages, threads, since, partial } = ground;
  return (
    <>
      <p>
        {since === null
          ? t('search.ground.none')
          : t('search.ground', { messages, threads, since: formatDate(language, since) })}
      </p>
      {partial.length > 0 && (
        <>
          <p>{t('search.partial', { count: partial.length })}</p>
          <ul className="lines">
            {partial.map(({ threadId, title }) => (
              <li key={threadId}>
                <a href={hrefOfDetail('threads', threadId)}>{title ?? t('threads.untitled')}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
