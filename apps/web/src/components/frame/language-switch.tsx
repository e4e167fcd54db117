import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';

import { OFFERED_LANGUAGES } from '../../i18n/language.js';
import { formatMessage } from '../../i18n/messages.js';
import { setLanguage, useLanguage, useMessages } from '../../i18n/use-messages.js';

/** Each language under its own name, so that it is found by who reads only that one. */
export function LanguageSwitch() {
  const language = useLanguage();
  const t = useMessages();
  return (
    <ToggleButtonGroup
      className="languages"
      aria-label={t('language.choose')}
      disallowEmptySelection
      selectedKeys={[language]}
      onSelectionChange={(keys) => {
        const chosen = OFFERED_LANGUAGES.find((offered) => keys.has(offered));
        if (chosen) setLanguage(chosen);
      }}
    >
      {OFFERED_LANGUAGES.map((offered) => (
        <ToggleButton key={offered} id={offered} className="language" lang={offered}>
          {formatMessage(offered, 'language.name')}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
