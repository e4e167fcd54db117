import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { Fact } from '../../components/fact.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { useAtStart } from '../../state/use-at-start.js';

const MEGABYTE = 1_000_000;

interface Kept {
  /** Whether the browser has said that it clears nothing by itself. */
  readonly isPersisted: boolean;
  readonly megabytes: number | null;
}

/** What this browser keeps, and whether it may clear it by itself. */
export function KeptHere() {
  const t = useMessages();
  const language = useLanguage();
  const [kept, setKept] = useState<Kept | null>(null);
  useAtStart(() => void look().then(setKept));
  return (
    <section className="card" aria-labelledby="settings-kept">
      <h2 id="settings-kept">{t('settings.kept')}</h2>
      <p>{t('settings.kept.text')}</p>
      {kept !== null && (
        <dl className="facts">
          <Fact name={t('settings.kept.persisted')}>
            {t(kept.isPersisted ? 'settings.kept.yes' : 'settings.kept.no')}
          </Fact>
          {kept.megabytes !== null && (
            <Fact name={t('settings.kept.size')}>
              {t('settings.kept.megabytes', {
                size: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(
                  kept.megabytes,
                ),
              })}
            </Fact>
          )}
        </dl>
      )}
      {kept?.isPersisted === false && (
        <Button
          className="button button-plain"
          onPress={() => void navigator.storage.persist().then(look).then(setKept)}
        >
          {t('settings.kept.ask')}
        </Button>
      )}
    </section>
  );
}

async function look(): Promise<Kept> {
  const isPersisted = await navigator.storage.persisted().catch(() => false);
  const { usage } = await navigator.storage.estimate().catch(() => ({ usage: undefined }));
  return { isPersisted, megabytes: usage === undefined ? null : usage / MEGABYTE };
}
