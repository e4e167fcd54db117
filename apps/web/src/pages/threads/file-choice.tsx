import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import { useId, useRef } from 'react';
import { Button } from 'react-aria-components/Button';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { sizeWords } from './file-words.js';

/** Files that go with a message, each with its size before anything is sent. */
export function FileChoice({
  files,
  isBusy,
  onChange,
}: {
  readonly files: readonly File[];
  readonly isBusy: boolean;
  readonly onChange: (files: readonly File[]) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const { perEntry, fileBytes } = ATTACHMENT_LIMITS;
  const choose = (): void => {
    const chosen = [...(field.current?.files ?? [])];
    onChange([...files, ...chosen].slice(0, perEntry));
    // The same file can be chosen again after it was taken out.
    if (field.current !== null) field.current.value = '';
  };
  return (
    <>
      <label htmlFor={id}>{t('thread.file.attach')}</label>
      <input
        ref={field}
        id={id}
        type="file"
        multiple
        className="input"
        aria-describedby={`${id}-help`}
        disabled={isBusy}
        onChange={choose}
      />
      <p id={`${id}-help`} className="soft">
        {t('thread.file.help', { count: perEntry, size: sizeWords(language, fileBytes) })}
      </p>
      {files.length > 0 && (
        <ul className="files">
          {files.map((file, at) => (
            <li key={`${file.name} ${at}`}>
              {file.name} {sizeWords(language, file.size)}{' '}
              <Button
                className="button button-plain"
                isDisabled={isBusy}
                onPress={() => onChange(files.filter((one) => one !== file))}
              >
                {t('thread.file.take-out', { name: file.name })}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
