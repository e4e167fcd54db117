import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ChoiceField } from '../../components/choice-field.js';
import { PageHeading } from '../../components/page-heading.js';
import { OFFERED_LANGUAGES } from '../../i18n/language.js';
import { formatMessage } from '../../i18n/messages.js';
import { setLanguage, useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Account } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import {
  DENSITIES,
  IDLE_MINUTES,
  prefer,
  TEXT_SIZES,
  THEMES,
  usePreferences,
} from '../../state/preferences/preferences.js';
import type { KeptVault } from '../../state/use-kept-vault.js';
import { WaysSection } from '../ways/ways-section.js';
import { KeyboardMap } from './keyboard-map.js';
import { KeptHere } from './kept-here.js';
import { WipeSection } from '../leaving/wipe-section.js';

/** How this browser is to be: what is chosen here stays in it and reaches no server. */
export function SettingsPage({
  account,
  vault,
}: {
  readonly account: Account;
  readonly vault: KeptVault;
}) {
  const t = useMessages();
  return (
    <div className="sheet">
      <PageHeading text={t('settings.title')} />
      <p>{t('settings.intro')}</p>
      <Looks />
      <Keys />
      <KeptHere />
      <WaysSection account={account} vault={vault} />
      <WipeSection account={account} />
      <section className="card" aria-labelledby="settings-more">
        <h2 id="settings-more">{t('settings.more')}</h2>
        <ul className="lines">
          <li>
            <a href={hrefOf('sessions')}>{t('home.sessions')}</a>
          </li>
          <li>
            <a href={hrefOf('activity')}>{t('settings.activity')}</a>
          </li>
          <li>
            <a href={hrefOf('about')}>{t('settings.about')}</a>
          </li>
        </ul>
      </section>
    </div>
  );
}

function Looks() {
  const t = useMessages();
  const language = useLanguage();
  const { theme, textSize, density, idleMinutes } = usePreferences();
  return (
    <section className="card" aria-labelledby="settings-looks">
      <h2 id="settings-looks">{t('settings.looks')}</h2>
      <ChoiceField
        label={t('settings.language')}
        codes={OFFERED_LANGUAGES}
        word={(code) => formatMessage(code, 'language.name')}
        value={OFFERED_LANGUAGES.find((one) => one === language) ?? 'es'}
        onChange={setLanguage}
      />
      <ChoiceField
        label={t('settings.theme')}
        codes={THEMES}
        word={(code) => t(`settings.theme.${code}`)}
        value={theme}
        onChange={(code) => prefer({ theme: code })}
      />
      <ChoiceField
        label={t('settings.text-size')}
        codes={TEXT_SIZES}
        word={(code) => t(`settings.text-size.${code}`)}
        value={textSize}
        onChange={(code) => prefer({ textSize: code })}
      />
      <ChoiceField
        label={t('settings.density')}
        codes={DENSITIES}
        word={(code) => t(`settings.density.${code}`)}
        value={density}
        onChange={(code) => prefer({ density: code })}
      />
      <ChoiceField
        label={t('settings.idle')}
        codes={IDLE_MINUTES}
        word={(minutes) => t('settings.idle.minutes', { minutes })}
        value={idleMinutes}
        onChange={(minutes) => prefer({ idleMinutes: minutes })}
      />
      <p className="soft">{t('settings.idle.help')}</p>
    </section>
  );
}

function Keys() {
  const t = useMessages();
  const { hasLetterKeys } = usePreferences();
  const [isShown, setShown] = useState(false);
  return (
    <section className="card" aria-labelledby="settings-keys">
      <h2 id="settings-keys">{t('settings.keys')}</h2>
      <label className="choice">
        <input
          type="checkbox"
          checked={hasLetterKeys}
          onChange={({ target }) => prefer({ hasLetterKeys: target.checked })}
        />
        {t('settings.letter-keys')}
      </label>
      <Button className="button button-plain" onPress={() => setShown(true)}>
        {t('settings.show-keys')}
      </Button>
      {isShown && <KeyboardMap onClose={() => setShown(false)} />}
    </section>
  );
}
