import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import type { EntryPlace, SaidText } from './entry-place.js';
import { plainName } from './person-words.js';

/** Of what a message answers. In characters. */
const QUOTED_MOST = 120;

/** What a message says now: what it answers above it, what stood there before one press away. */
export function EntryText({
  said,
  place,
  isStop,
}: {
  readonly said: SaidText;
  readonly place: EntryPlace;
  readonly isStop: boolean;
}) {
  const { text, replyTo, withdrawal } = said;
  return (
    <>
      {replyTo !== null && <Quotation seq={replyTo} place={place} isStop={isStop} />}
      {withdrawal === null ? (
        <p className="entry-text">{text}</p>
      ) : (
        <Tombstone said={said} isStop={isStop} />
      )}
      {withdrawal === null && <Earlier said={said} isStop={isStop} />}
    </>
  );
}

/** The message that this one answers, in a line that leads to it. */
function Quotation({
  seq,
  place: { thread, onGo },
  isStop,
}: {
  readonly seq: number;
  readonly place: EntryPlace;
  readonly isStop: boolean;
}) {
  const t = useMessages();
  return (
    <Button className="quotation" excludeFromTabOrder={!isStop} onPress={() => onGo(seq)}>
      {quotationOf(t, seq, thread)}
    </Button>
  );
}

/** Who said what, cut short; by its place alone where it cannot be read or was withdrawn. */
export function quotationOf(
  t: ReturnType<typeof useMessages>,
  seq: number,
  { entries }: ShownThread,
): string {
  const entry = entries.find((one) => one.seq === seq);
  if (entry?.said.kind !== 'text' || entry.said.withdrawal !== null) {
    return t('thread.reply.place', { seq });
  }
  const { text } = entry.said;
  const cut = text.length > QUOTED_MOST ? `${text.slice(0, QUOTED_MOST)}…` : text;
  return t('thread.reply.quoted', { seq, who: plainName(t, entry.author), text: cut });
}

/** What stands in the place of a message that its author took back. Everybody who had it can still read it. */
function Tombstone({ said, isStop }: { readonly said: SaidText; readonly isStop: boolean }) {
  const t = useMessages();
  const language = useLanguage();
  const { withdrawal, text } = said;
  if (withdrawal === null) return null;
  const when = formatDateTime(language, withdrawal.at);
  return (
    <>
      <p className="notice">{t('thread.withdrawn', { when, reason: withdrawal.reason })}</p>
      <Shown verb="thread.withdrawn.show" isStop={isStop}>
        <p className="entry-text">{text}</p>
      </Shown>
    </>
  );
}

function Earlier({ said, isStop }: { readonly said: SaidText; readonly isStop: boolean }) {
  const t = useMessages();
  const language = useLanguage();
  const { earlier } = said;
  if (earlier.length === 0) return null;
  return (
    <Shown verb="thread.earlier.show" isStop={isStop}>
      <ol className="versions">
        {earlier.map(({ seq, at, text, reason }) => (
          <li key={seq}>
            <p className="soft">
              {formatDateTime(language, at)}
              {reason !== null && ` ${t('thread.earlier.reason', { reason })}`}
            </p>
            <p className="entry-text">{text}</p>
          </li>
        ))}
      </ol>
    </Shown>
  );
}

/** Something that is one press away. */
function Shown({
  verb,
  isStop,
  children,
}: {
  readonly verb: 'thread.earlier.show' | 'thread.withdrawn.show';
  readonly isStop: boolean;
  readonly children: React.ReactNode;
}) {
  const t = useMessages();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        className="button button-plain button-small"
        excludeFromTabOrder={!isStop}
        aria-expanded={isOpen}
        aria-controls={id}
        onPress={() => setOpen(!isOpen)}
      >
        {t(verb)}
      </Button>
      <div id={id} hidden={!isOpen}>
        {children}
      </div>
    </>
  );
}
