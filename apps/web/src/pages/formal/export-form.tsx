import { useEffect, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { today } from '../requests/use-check.js';

const FORMATS = ['docx', 'json'] as const;
const LANGUAGES = ['es', 'en'] as const;

interface Written {
  readonly name: string;
  readonly sha256: string;
  readonly address: string;
}

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
  const { files, take } = useFiles();
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
      <Files files={files} />
    </section>
  );
}

/** Files of which each has an address, as long as they are the ones that are offered. */
function useFiles() {
  const [files, setFiles] = useState<readonly Written[]>([]);
  useEffect(
    () => () => {
      for (const { address } of files) URL.revokeObjectURL(address);
    },
    [files],
  );
  const take = (written: ResultOf<'request.export'>['files']): void =>
    setFiles(
      written.map(({ name, sha256, bytes }) => ({
        name,
        sha256,
        address: URL.createObjectURL(new Blob([bytes])),
      })),
    );
  return { files, take };
}

/** What was written, to be saved; the hashes stand in the thread of the draft as well. */
function Files({ files }: { readonly files: readonly Written[] }) {
  const t = useMessages();
  if (files.length === 0) return null;
  return (
    <>
      <h3>{t('requests.formal.files')}</h3>
      <ul className="lines">
        {files.map(({ name, sha256, address }) => (
          <li key={address}>
            <a href={address} download={name}>
              {t('requests.formal.save', { name })}
            </a>{' '}
            <span className="code">{sha256}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Each in itself, as everywhere. */
const LANGUAGE_NAMES = { es: 'Español', en: 'English' } as const;
