import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { isReason, REASONS, type Remedy } from '../../protocol/reasons.js';
import { hrefOf } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import type { Entry, EntryPlace } from './entry-place.js';
import { plainName } from './person-words.js';
import { SaveEvidence } from './save-evidence.js';

interface RemedyProps {
  readonly entry: Entry;
  readonly place: EntryPlace;
  readonly isStop: boolean;
}

/** An entry that cannot be read: why, who can mend that, and one button that does what can be done here. */
export function UnreadableEntry({ entry, place, isStop }: RemedyProps) {
  const t = useMessages();
  const language = useLanguage();
  const { seq, author, sentAt, said } = entry;
  if (said.kind !== 'unreadable') return null;
  const reason = isReason(said.reason) ? said.reason : null;
  return (
    <>
      <p className="entry-head">
        <strong>{plainName(t, author)}</strong>{' '}
        <time dateTime={sentAt}>{formatDateTime(language, sentAt)}</time>
        <span className="soft">{t('thread.entry.number', { seq })}</span>
      </p>
      <p>{t(`thread.reason.${reason ?? 'none'}`)}</p>
      <Erased said={said} />
      {reason !== null && (
        <>
          <p className="soft">{t(`thread.who.${REASONS[reason].who}`)}</p>
          <RemedyButton
            remedy={possible(REASONS[reason].remedy, said, place)}
            {...{ entry, place, isStop }}
          />
        </>
      )}
    </>
  );
}

/** Who took the content away, when and why, as far as it is known. */
function Erased({ said }: { readonly said: Entry['said'] & { readonly kind: 'unreadable' } }) {
  const t = useMessages();
  const language = useLanguage();
  const { withdrawal, redaction } = said;
  const erased = withdrawal ?? redaction;
  if (erased === null) return null;
  const when = formatDateTime(language, erased.at);
  const who = plainName(t, erased.by);
  return (
    <p className="soft">
      {withdrawal === null
        ? t('thread.erased', { who, when })
        : t('thread.erased.reason', { who, when, reason: withdrawal.reason })}
    </p>
  );
}

/** Where nothing can be written, or nothing is on record here, what is known is shown. */
function possible(
  remedy: Remedy,
  { redaction, withdrawal }: Entry['said'] & { readonly kind: 'unreadable' },
  { maySpeak }: EntryPlace,
): Remedy {
  const isWriting = remedy === 'ask-history' || remedy === 'ask-again';
  if (isWriting && !maySpeak) return 'details';
  return remedy === 'record' && (redaction ?? withdrawal) === null ? 'details' : remedy;
}

function RemedyButton({ remedy, entry, place, isStop }: RemedyProps & { readonly remedy: Remedy }) {
  const t = useMessages();
  const { seq, said } = entry;
  const { onAgain, onWrite, onGo } = place;
  const label = t(`thread.remedy.${remedy}`);
  const button = { className: 'button button-plain button-small', excludeFromTabOrder: !isStop };
  if (remedy === 'details') return <Details entry={entry} button={button} />;
  if (remedy === 'evidence') return <SaveEvidence {...{ entry, place, button }} />;
  if (remedy === 'restore') {
    return (
      <a className={button.className} href={hrefOf('sign-in')} tabIndex={isStop ? 0 : -1}>
        {label}
      </a>
    );
  }
  const acts = {
    'ask-history': () => onWrite({ text: t('thread.write.history', { seq }) }),
    'read-again': onAgain,
    'ask-again': () => onWrite({ replyTo: seq, text: t('thread.write.again', { seq }) }),
    update: () => location.reload(),
    record: () => {
      if (said.kind === 'unreadable') onGo((said.redaction ?? said.withdrawal)?.seq ?? seq);
    },
  };
  return (
    <Button {...button} onPress={acts[remedy]}>
      {label}
    </Button>
  );
}

/** What is known of an entry besides what it says. */
function Details({
  entry,
  button,
}: {
  readonly entry: Entry;
  readonly button: { readonly className: string; readonly excludeFromTabOrder: boolean };
}) {
  const t = useMessages();
  const [isOpen, setOpen] = useState(false);
  const { seq, author, sentAt, said } = entry;
  const code = said.kind === 'unreadable' ? (said.reason ?? '–') : '–';
  return (
    <>
      <Button {...button} aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
        {t('thread.remedy.details')}
      </Button>
      {isOpen && (
        <p className="soft">
          {t('thread.details', { seq, who: plainName(t, author), when: sentAt, code })}
        </p>
      )}
    </>
  );
}
