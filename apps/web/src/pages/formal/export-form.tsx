import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { MadeFiles, useMadeFiles } from '../../components/files/made-files.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { today } from '../requests/use-check.js';

const FORMATS = ['docx', 'pdf', 'json'] as const;
const LANGUAGES = ['es', 'en'] as const;

/** The document of the frozen version in a format and a language: files to save, each with its hash. */
export function ExportForm({
  requestId,
  onExported,
}: {
  readonly requestId: string;
  readonly onExported: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('docx');
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>(useMlaLanguage());
  const { files, take } = useMadeFiles();
  const write = async (): Promise<void> => {
    const wanted = { requestId, today: today(), format, language };
    // The step is taken once; written again, nobody is asked who is there.
    const written = await inPresence({ action: 'request.export', objectId: requestId }, async () =>
      worker().call('request.export', wanted),
    );
    take(written.files);
    onExported();
  };
  return (
    <section className="card" aria-labelledby="export">
      <h2 id="export">{t('requests.formal.export')}</h2>
      <ActForm
        acting={acting}
        verb={t('requests.formal.export')}
        waiting={t('requests.formal.exporting')}
        isReady={!isOffline}
        onAct={write}
      >
        <p>{t('requests.formal.export.effect')}</p>
        <ChoiceField
          label={t('requests.formal.format')}
          codes={FORMATS}
          word={(code) => t(`requests.formal.format.${code}`)}
          value={format}
          onChange={setFormat}
        />
        <ChoiceField
          label={t('requests.formal.language')}
          codes={LANGUAGES}
          word={(code) => LANGUAGE_NAMES[code]}
          value={language}
          onChange={setLanguage}
        />
      </ActForm>
      <MadeFiles files={files} />
    </section>
  );
}

/** Each in itself, as everywhere. */
const LANGUAGE_NAMES = { es: 'Español', en: 'English' } as const;
