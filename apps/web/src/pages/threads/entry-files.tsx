import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { SavedFile, ShownThread } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { FileProgress } from './file-progress.js';
import { shortHash, sizeWords } from './file-words.js';

type NamedFile = ShownThread['unfinished'][number];

/** The files of one entry. Nothing is fetched before somebody asks for it, because that stands on record. */
export function EntryFiles({
  threadId,
  files,
}: {
  readonly threadId: string;
  readonly files: readonly NamedFile[];
}) {
  if (files.length === 0) return null;
  return (
    <ul className="files">
      {files.map((file) => (
        <li key={file.attachmentId}>
          <OneFile threadId={threadId} file={file} />
        </li>
      ))}
    </ul>
  );
}

/** A file that is held by this page, with the addresses that it has here until it is closed. */
interface OpenedFile extends SavedFile {
  readonly address: string;
  readonly imageAddress: string | null;
}

function OneFile({ threadId, file }: { readonly threadId: string; readonly file: NamedFile }) {
  const t = useMessages();
  const language = useLanguage();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [opened, setOpened] = useState<OpenedFile | null>(null);
  useEffect(() => () => forget(opened), [opened]);
  const { attachmentId, name, size, sha256 } = file;
  const fetchIt = (): void =>
    acting.act(async () =>
      setOpened(addressed(await worker().call('thread.save', { threadId, attachmentId }))),
    );
  return (
    <>
      <p>
        <strong>{name}</strong> {sizeWords(language, size)}{' '}
        <span className="code">SHA-256 {shortHash(sha256)}</span>
      </p>
      <ActProblem problem={acting.problem} />
      {acting.isBusy && <FileProgress threadId={threadId} steps={['fetched', 'opened']} />}
      {opened === null && !acting.isBusy && (
        <Button className="button button-plain" isDisabled={isOffline} onPress={fetchIt}>
          {t('thread.file.open', { name })}
        </Button>
      )}
      {opened !== null && <FileShown file={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

/** A file that is what its author signed: seen here where it is an image or plain text, and saved. */
function FileShown({ file, onClose }: { readonly file: OpenedFile; readonly onClose: () => void }) {
  const t = useMessages();
  const { name, sha256, address } = file;
  return (
    <div className="opened-file">
      <p className="notice">
        {t('thread.file.whole')} <span className="code">SHA-256 {sha256}</span>
      </p>
      <Preview file={file} />
      <a className="button button-plain" href={address} download={name}>
        {t('thread.file.save', { name })}
      </a>
      <Button className="button button-plain" onPress={onClose}>
        {t('thread.file.close')}
      </Button>
    </div>
  );
}

function Preview({ file: { name, preview, imageAddress } }: { readonly file: OpenedFile }) {
  const t = useMessages();
  const label = t('thread.file.preview', { name });
  if (imageAddress !== null) return <img className="preview" src={imageAddress} alt={label} />;
  if (preview?.kind !== 'text') return <p className="soft">{t('thread.file.no-preview')}</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by the keyboard too
    <section className="preview" tabIndex={0} aria-label={label}>
      <pre>{preview.text}</pre>
    </section>
  );
}

function addressed(saved: SavedFile): OpenedFile {
  const { bytes, preview } = saved;
  const imageAddress = preview?.kind === 'image' ? URL.createObjectURL(preview.image) : null;
  return { ...saved, address: URL.createObjectURL(bytes), imageAddress };
}

function forget(opened: OpenedFile | null): void {
  if (opened === null) return;
  URL.revokeObjectURL(opened.address);
  if (opened.imageAddress !== null) URL.revokeObjectURL(opened.imageAddress);
}
