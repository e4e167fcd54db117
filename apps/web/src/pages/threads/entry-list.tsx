import { isMessageKey } from '../../i18n/messages.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { KnownPerson, ShownThread } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { EntryFiles } from './entry-files.js';

type Entry = ShownThread['entries'][number];
type Messages = ReturnType<typeof useMessages>;

/** Everything that was verified of a thread, in the order of its log. */
export function EntryList({ thread }: { readonly thread: ShownThread }) {
  const t = useMessages();
  const { threadId, entries } = thread;
  return (
    <section className="list" aria-labelledby="entries">
      <h2 id="entries">{t('thread.entries')}</h2>
      {(entries[0]?.seq ?? 1) > 1 && <p className="notice">{t('thread.begins')}</p>}
      {entries.every(({ said }) => said.kind !== 'text') && (
        <p className="soft">{t('thread.nothing')}</p>
      )}
      <ol className="entries">
        {entries.map((entry) => (
          <EntryRow key={entry.seq} threadId={threadId} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function EntryRow({ threadId, entry }: { readonly threadId: string; readonly entry: Entry }) {
  const t = useMessages();
  const language = useLanguage();
  const { author, sentAt, handling, said } = entry;
  const when = <time dateTime={sentAt}>{formatDateTime(language, sentAt)}</time>;
  if (said.kind !== 'text') {
    return (
      <li className="entry entry-event">
        {eventWords(t, entry)} {when}
      </li>
    );
  }
  return (
    <li className={author?.isSelf === true ? 'entry entry-own' : 'entry'}>
      <p className="entry-head">
        <strong>{nameOf(t, author)}</strong> {when}
        {handling !== null && <span className="mark">{handling}</span>}
      </p>
      <p className="entry-text">{said.text}</p>
      <EntryFiles threadId={threadId} files={said.files} />
    </li>
  );
}

/** Name and State of somebody; by the id where the card was erased. */
export function nameOf(t: Messages, person: KnownPerson | null): string {
  const shown = plainName(t, person);
  return person?.isSelf === true ? t('thread.self', { name: shown }) : shown;
}

/** The same within a sentence. */
function plainName(t: Messages, person: KnownPerson | null): string {
  if (person === null) return t('thread.nobody');
  const { name, personId, state } = person;
  return `${name ?? personId} (${state ?? '–'})`;
}

function eventWords(t: Messages, { author, said }: Entry): string {
  const who = plainName(t, author);
  switch (said.kind) {
    case 'title':
      return t('thread.event.title', { who, title: said.title });
    case 'opened':
    case 'left':
      return t(`thread.event.${said.kind}`, { who });
    case 'changed': {
      if (said.changes.length === 0) return t('thread.event.keys', { who });
      return said.changes.map((change) => changeWords(t, who, change)).join(' ');
    }
    case 'unreadable':
      return reasonWords(t, who, said.reason);
    case 'text':
    case 'other':
      return t('thread.event.other', { who });
  }
}

function changeWords(
  t: Messages,
  who: string,
  { op, about }: { readonly op: string; readonly about: KnownPerson | null },
): string {
  const key = `thread.event.${op}`;
  const whom = about === null ? '' : plainName(t, about);
  return t(isMessageKey(key) ? key : 'thread.event.other', { who, whom });
}

function reasonWords(t: Messages, who: string, reason: string | null): string {
  const key = `thread.reason.${reason ?? 'none'}`;
  return `${who}: ${t(isMessageKey(key) ? key : 'thread.reason.none')}`;
}
