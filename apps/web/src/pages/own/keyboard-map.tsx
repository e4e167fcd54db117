import { useId, useLayoutEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';

import { Fact } from '../../components/fact.js';
import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf } from '../../routes.js';
import { goInTour } from '../../state/preferences/tour-place.js';

const KEYS = [
  ['g h', 'keys.home'],
  ['g c', 'keys.cases'],
  ['g r', 'keys.requests'],
  ['g d', 'keys.directory'],
  ['g a', 'keys.audit'],
  ['/', 'keys.search'],
  ['?', 'keys.map'],
  ['r', 'keys.reply'],
  ['a', 'keys.acknowledge'],
  ['m', 'keys.members'],
  ['Alt + L', 'keys.lock'],
  ['Esc', 'keys.close'],
] as const;
/** Keys that each language calls by another name. */
const NAMED_KEYS = ['keys.next', 'keys.previous', 'keys.send'] as const;

/** Every key and what it does. */
function KeyList() {
  const t = useMessages();
  return (
    <dl className="facts">
      {KEYS.map(([key, does]) => (
        <Fact key={key} name={key}>
          {t(does)}
        </Fact>
      ))}
      {NAMED_KEYS.map((does) => (
        <Fact key={does} name={t(`${does}.keys`)}>
          {t(does)}
        </Fact>
      ))}
    </dl>
  );
}

/** The keys, before the page, until it is closed; the platform gives the focus back. */
export function KeyboardMap({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const showTour = (): void => {
    onClose();
    goInTour(0);
    location.assign(hrefOf('sign-in'));
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose}>
      <div className="card">
        <h2 id={id}>{t('keys.title')}</h2>
        <KeyList />
        <p className="soft">{t('keys.text')}</p>
        <div className="acts">
          <Button className="button button-main" autoFocus onPress={onClose}>
            {t('keys.done')}
          </Button>
          <Button className="button button-plain" onPress={showTour}>
            {t('tour.again')}
          </Button>
        </div>
      </div>
    </dialog>
  );
}
