import { memo } from 'react';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { formatDateTime } from '../../state/format.js';
import { EntryFiles } from '../threads/entry-files.js';
import { EntryActs } from './entry-acts.js';
import type { Entry, EntryPlace } from './entry-place.js';
import { EntryStanding } from './entry-standing.js';
import { EntryText } from './entry-text.js';
import { eventWords } from './event-words.js';
import { nameOf } from './person-words.js';
import { UnreadableEntry } from './unreadable-entry.js';
import type { RowSlot } from './use-entry-window.js';

interface EntryRowProps extends Partial<RowSlot> {
  readonly entry: Entry;
  readonly place: EntryPlace;
  /** Whether the keyboard comes to it by Tab; the others are reached from it. */
  readonly isStop: boolean;
  readonly onUse: (seq: number) => void;
}

/** One entry: a message with everything that was said of it, or what happened in one line. */
export const EntryRow = memo(function EntryRow({
  entry,
  place,
  isStop,
  onUse,
  ...slot
}: EntryRowProps) {
  const t = useMessages();
  const language = useLanguage();
  const { seq, author, sentAt, handling, said } = entry;
  const when = <time dateTime={sentAt}>{formatDateTime(language, sentAt)}</time>;
  const row = {
    'data-seq': seq,
    tabIndex: isStop ? 0 : -1,
    onFocus: () => onUse(seq),
    ...placed(slot),
  };
  if (said.kind === 'unreadable') {
    return (
      <li className="entry entry-closed" {...row}>
        <UnreadableEntry {...{ entry, place, isStop }} />
      </li>
    );
  }
  if (said.kind !== 'text') {
    return (
      <li className="entry entry-event" {...row}>
        {eventWords(t, entry)} {when}
      </li>
    );
  }
  return (
    <li className={author?.isSelf === true ? 'entry entry-own' : 'entry'} {...row}>
      <p className="entry-head">
        <strong>{nameOf(t, author)}</strong> {when}
        {handling !== null && <span className="mark">{handling}</span>}
        <span className="soft">{t('thread.entry.number', { seq })}</span>
      </p>
      <EntryText said={said} place={place} isStop={isStop} />
      {said.withdrawal === null && (
        <EntryFiles threadId={place.thread.threadId} files={said.files} />
      )}
      <EntryStanding said={said} />
      {place.maySpeak && <EntryActs entry={entry} place={place} isStop={isStop} />}
    </li>
  );
});

/** What a list that is not here as a whole says of a row: where it stands, for the eye and for a screen reader. */
function placed({ at, count, top, measure }: Partial<RowSlot>) {
  if (at === undefined) return {};
  return {
    ref: measure,
    'data-at': at,
    'aria-posinset': at + 1,
    'aria-setsize': count,
    style: { transform: `translateY(${top}px)` },
  };
}
