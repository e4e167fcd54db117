import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useRoutePlace } from '../../routes.js';
import { EntryDialog } from './entry-dialog.js';
import { askOfMe, goToEntry, type Entry, type EntryAct, type EntryPlace } from './entry-place.js';
import { EntryRow } from './entry-row.js';

interface EntryListProps extends Omit<EntryPlace, 'onAct'> {
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
  const { thread, maySpeak, onWrite } = about;
  const { entries } = thread;
  const [current, setCurrent] = useState<number | null>(null);
  const [doing, setDoing] = useState<{ act: EntryAct; entry: Entry } | null>(null);
  const place = useRoutePlace();
  useEffect(() => {
    if (place !== null) goToEntry(place);
  }, [place]);
  const stop = current ?? entries.at(-1)?.seq ?? null;
  const onAct = (act: EntryAct, entry: Entry): void => setDoing({ act, entry });
  const keys: Readonly<Record<string, (entry: Entry, at: number) => void>> = {
    j: (_, at) => goTo(entries[at + 1]),
    k: (_, at) => goTo(entries[at - 1]),
    r: ({ seq, said }) => maySpeak && said.kind === 'text' && onWrite({ replyTo: seq }),
    a: (entry) => maySpeak && askOfMe(entry) !== null && onAct('acknowledge', entry),
    m: onMembers,
  };
  const press = (event: React.KeyboardEvent): void => {
    const act = keys[ARROWS[event.key] ?? event.key];
    const at = entries.findIndex(({ seq }) => seq === stop);
    const entry = entries[at];
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (act === undefined || entry === undefined || !isPlain) return;
    event.preventDefault();
    act(entry, at);
  };
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
      <ol className="entries" aria-describedby="entries-keys" onKeyDown={press}>
        {entries.map((entry) => (
          <EntryRow
            key={entry.seq}
            entry={entry}
            place={{ ...about, onAct }}
            isStop={entry.seq === stop}
            onFocus={() => setCurrent(entry.seq)}
          />
        ))}
      </ol>
      {doing !== null && (
        <EntryDialog {...doing} thread={thread} onNext={onNext} onClose={() => setDoing(null)} />
      )}
    </section>
  );
}

const ARROWS: Readonly<Record<string, string>> = { ArrowDown: 'j', ArrowUp: 'k' };

function goTo(entry: Entry | undefined): void {
  if (entry !== undefined) goToEntry(entry.seq);
}

/** Where a log does not begin with its first entry: since when one reads, and how to ask for what was before. */
function Beginning({ thread, maySpeak, onWrite }: Omit<EntryPlace, 'onAct'>) {
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
