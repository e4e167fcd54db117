import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { useMessages } from '../../i18n/use-messages.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** The key that the State's root certified: opened from its file, kept by the worker until this page is left. */
export function KeyCard({
  keyOf,
  onOpened,
}: {
  readonly keyOf: string | null;
  readonly onOpened: () => void;
}) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="key">
      <h2 id="key">{t('key.title')}</h2>
      {keyOf === null ? (
        <KeyForm onOpened={onOpened} />
      ) : (
        <p>
          {t('key.open')} <span className="code">{keyOf}</span>
        </p>
      )}
    </section>
  );
}

function KeyForm({ onOpened }: { readonly onOpened: () => void }) {
  const t = useMessages();
  const id = useId();
  const acting = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const open = async (): Promise<void> => {
    if (file === null) return;
    const given = { file: await file.arrayBuffer(), passphrase: textBuffer(passphrase) };
    setPassphrase('');
    await worker().call('registrar.open-key', given, [given.file, given.passphrase]);
    onOpened();
  };
  return (
    <ActForm
      acting={acting}
      verb={t('key.act')}
      waiting={t('key.opening')}
      isReady={file !== null && passphrase !== ''}
      onAct={open}
    >
      <p>{t('key.closed')}</p>
      <label htmlFor={`${id}-file`}>{t('key.file')}</label>
      <input
        id={`${id}-file`}
        type="file"
        className="input"
        onChange={(event) => setFile(event.target.files?.[0] ?? null)}
      />
      <label htmlFor={`${id}-phrase`}>{t('key.passphrase')}</label>
      <input
        id={`${id}-phrase`}
        type="password"
        className="input"
        autoComplete="off"
        value={passphrase}
        aria-describedby={`${id}-help`}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      <p id={`${id}-help`} className="soft">
        {t('key.help')}
      </p>
    </ActForm>
  );
}
