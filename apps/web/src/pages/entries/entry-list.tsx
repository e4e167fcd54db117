import { useCallback, useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useRoutePlace } from '../../routes.js';
import { EntryDialog } from './entry-dialog.js';
import { entryKeys } from './entry-keys.js';
import type { Entry, EntryAct, EntryPlace } from './entry-place.js';
import { EntryRow } from './entry-row.js';
import { useEntryWindow } from './use-entry-window.js';
import { useIsPrinting } from './use-is-printing.js';

interface EntryListProps extends Omit<EntryPlace, 'onAct' | 'onGo'> {
  readonly onNext: (next: ShownThread) => void;
  /** To who is in the thread. */
  readonly onMembers: () => void;
}

/**
 * Everything that was verified of a thread, in the order of its log. The list is one stop of the keyboard: its keys
 * count while the focus is in it, and nowhere else (WCAG 2.1.4).
 */
export function EntryList({ onNext, onMembers, ...about }: EntryListProps) {
  const t = useMessages();
  const { thread, onWrite, onAgain } = about;
  const isPrinting = useIsPrinting();
  // On paper nothing is pressed.
  const maySpeak = about.maySpeak && !isPrinting;
  const { entries } = thread;
  const [doing, setDoing] = useState<{ act: EntryAct; entry: Entry } | null>(null);
  const { list, isWhole, style, rows, stop, keep, goTo } = useEntryWindow(entries, isPrinting);
  useRouteEntry(entries, goTo);
  const onAct = useCallback((act: EntryAct, entry: Entry) => setDoing({ act, entry }), []);
  const place = useMemo(
    () => ({ thread, maySpeak, onWrite, onAgain, onAct, onGo: goTo }),
    [thread, maySpeak, onWrite, onAgain, onAct, goTo],
  );
  const press = entryKeys(place, { stop, onMembers });
  return (
    <section className="list" aria-labelledby="entries">
      <h2 id="entries">{t('thread.entries')}</h2>
      <Beginning {...about} />
      {entries.every(({ said }) => said.kind !== 'text') && (
        <p className="soft">{t('thread.nothing')}</p>
      )}
      <p id="entries-keys" className="soft">
        {t('thread.keys')}
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- rows are moved through by keys */}
      <ol
        ref={list}
        className={isWhole ? 'entries' : 'entries entries-window'}
        style={style}
        aria-describedby="entries-keys"
        onKeyDown={press}
      >
        {rows.map(({ entry, slot }) => (
          <EntryRow
            key={entry.seq}
            entry={entry}
            place={place}
            isStop={entry.seq === stop}
            onUse={keep}
            {...slot}
          />
        ))}
      </ol>
      {doing !== null && (
        <EntryDialog {...doing} thread={thread} onNext={onNext} onClose={() => setDoing(null)} />
      )}
    </section>
  );
}

/** Goes to the entry that the address names, once it is here. */
function useRouteEntry(entries: readonly Entry[], goTo: (seq: number) => void): void {
  const place = useRoutePlace();
  const isHere = entries.some(({ seq }) => seq === place);
  useEffect(() => {
    if (place !== null && isHere) goTo(place);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each address, not with each new entry
  }, [place, isHere]);
}

/** Where a log does not begin with its first entry: since when one reads, and how to ask for what was before. */
function Beginning({
  thread,
  maySpeak,
  onWrite,
}: Pick<EntryPlace, 'thread' | 'maySpeak' | 'onWrite'>) {
  const t = useMessages();
  const first = thread.entries[0]?.seq ?? 1;
  if (first === 1) return null;
  return (
    <>
      <p className="notice">{t('thread.begins')}</p>
      {maySpeak && (
        <Button
          className="button button-plain"
          onPress={() => onWrite({ text: t('thread.write.history', { seq: first - 1 }) })}
        >
          {t('thread.remedy.ask-history')}
        </Button>
      )}
    </>
  );
}
