import { useEffect, useState } from 'react';

import { useMessages } from '../../i18n/use-messages.js';

/** A file as the worker made it. */
interface MadeFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: ArrayBuffer;
}

interface OfferedFile {
  readonly name: string;
  readonly sha256: string;
  readonly address: string;
}

/** Files of which each has an address, as long as they are the ones that are offered. */
export function useMadeFiles() {
  const [files, setFiles] = useState<readonly OfferedFile[]>([]);
  useEffect(
    () => () => {
      for (const { address } of files) URL.revokeObjectURL(address);
    },
    [files],
  );
  const take = (made: readonly MadeFile[]): void =>
    setFiles(
      made.map(({ name, sha256, bytes }) => ({
        name,
        sha256,
        address: URL.createObjectURL(new Blob([bytes])),
      })),
    );
  return { files, take };
}

/** What was made, to be saved. */
export function MadeFiles({ files }: { readonly files: readonly OfferedFile[] }) {
  const t = useMessages();
  if (files.length === 0) return null;
  return (
    <>
      <h3>{t('files.ready')}</h3>
      <ul className="lines">
        {files.map(({ name, sha256, address }) => (
          <li key={address}>
            <a href={address} download={name}>
              {t('files.save', { name })}
            </a>{' '}
            <span className="code">{sha256}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
