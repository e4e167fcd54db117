import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { RecordTable } from '../../components/record-table.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest, ShownThread } from '../../protocol/operations.js';
import { hrefOfDetail, hrefOfRequest } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import type { Entry } from '../entries/entry-place.js';
import { eventWords } from '../entries/event-words.js';
import { plainName, type Messages } from '../entries/person-words.js';
import type { CaseTabProps } from './case-parts.js';
import { HeldThreads } from './held-threads.js';
import { RequestsOf } from './requests-tab.js';

/** Acts that are shown at once. */
const PAGE = 50;
/** Of what a message says. In characters. */
const QUOTED_MOST = 120;

/** Something that happened in a case, and where it can be read. */
interface Happened {
  readonly key: string;
  readonly at: string;
  readonly words: string;
  readonly place: { readonly href: string; readonly name: string } | null;
}

/** Everything that is known here of what happened in the case, the newest first. */
export function TimelineTab({ shown: { caseId, openedAt }, threads }: CaseTabProps) {
  const t = useMessages();
  const opened = { key: caseId, at: openedAt, words: t('case.timeline.opened'), place: null };
  return (
    <>
      <h2>{t('case.tab.timeline')}</h2>
      <p className="soft">{t('case.timeline.intro')}</p>
      <HeldThreads threads={threads}>
        {(held) => (
          <RequestsOf caseId={caseId}>
            {(requests) => (
              <Timeline
                acts={[
                  opened,
                  ...held.flatMap((thread) => saidIn(t, thread)),
                  ...requests.map((request) => requestHappened(t, request)),
                ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))}
              />
            )}
          </RequestsOf>
        )}
      </HeldThreads>
    </>
  );
}

function Timeline({ acts }: { readonly acts: readonly Happened[] }) {
  const t = useMessages();
  const language = useLanguage();
  const [count, setCount] = useState(PAGE);
  const heads = (['when', 'what', 'where'] as const).map((head) => t(`case.timeline.${head}`));
  return (
    <>
      <RecordTable
        caption={t('case.timeline.count', {
          shown: Math.min(count, acts.length),
          all: acts.length,
        })}
        heads={heads}
        rows={acts.slice(0, count).map(({ key, at, words, place }) => ({
          key,
          cells: [formatDateTime(language, at), words, <Place key={key} place={place} />],
        }))}
      />
      {acts.length > count && (
        <Button className="button button-plain" onPress={() => setCount(count + PAGE)}>
          {t('case.timeline.more')}
        </Button>
      )}
    </>
  );
}

function Place({ place }: Pick<Happened, 'place'>) {
  const t = useMessages();
  return place === null ? t('case.title') : <a href={place.href}>{place.name}</a>;
}

function saidIn(t: Messages, { threadId, title, entries }: ShownThread): readonly Happened[] {
  const place = { href: hrefOfDetail('threads', threadId), name: title ?? t('threads.untitled') };
  return entries.map((entry) => ({
    key: `${threadId} ${entry.seq}`,
    at: entry.sentAt,
    words: entryWords(t, entry),
    place,
  }));
}

function entryWords(t: Messages, entry: Entry): string {
  const { said, author, seq } = entry;
  const who = plainName(t, author);
  if (said.kind === 'unreadable') return t('case.timeline.unreadable', { who, seq });
  if (said.kind !== 'text') return eventWords(t, entry);
  if (said.withdrawal !== null) return t('case.timeline.withdrawn', { who, seq });
  const { text } = said;
  const cut = text.length > QUOTED_MOST ? `${text.slice(0, QUOTED_MOST)}…` : text;
  return t('case.timeline.said', { who, text: cut });
}

function requestHappened(t: Messages, { tracked, held }: ListedRequest): Happened {
  const { requestId, status, statusAt } = tracked;
  const name = held?.title ?? t('requests.untitled');
  return {
    key: requestId,
    at: statusAt,
    words: t('case.timeline.request', { name, status: t(`requests.status.${status}`) }),
    place: { href: hrefOfRequest(requestId, 'edit'), name },
  };
}
