import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { actsOn, askOfMe, type Entry, type EntryPlace } from './entry-place.js';

/** What the person can do about a message: answer it, and one press further everything that is formal. */
export function EntryActs({
  entry,
  place: { onWrite, onAct },
  isStop,
}: {
  readonly entry: Entry;
  readonly place: EntryPlace;
  readonly isStop: boolean;
}) {
  const t = useMessages();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { seq } = entry;
  const acts = actsOn(entry);
  const isAsked = askOfMe(entry) !== null;
  const more = acts.filter((act) => act !== 'acknowledge');
  const button = { className: 'button button-plain button-small', excludeFromTabOrder: !isStop };
  return (
    <div className="acts">
      {isAsked && (
        <Button {...button} onPress={() => onAct('acknowledge', entry)}>
          {t('thread.act.acknowledge')}
        </Button>
      )}
      <Button
        {...button}
        aria-label={t('thread.reply.to', { seq })}
        onPress={() => onWrite({ replyTo: seq })}
      >
        {t('thread.reply')}
      </Button>
      {more.length > 0 && (
        <Button
          {...button}
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={t('thread.acts.of', { seq })}
          onPress={() => setOpen(!isOpen)}
        >
          {t('thread.acts')}
        </Button>
      )}
      <div id={id} className="acts" hidden={!isOpen}>
        {more.map((act) => (
          <Button key={act} {...button} onPress={() => onAct(act, entry)}>
            {t(`thread.act.${act}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}
