import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import type { Acting } from '../../state/use-act.js';

type Found = ResultOf<'thread.unsent'>;

/** Whether somebody has to say that it may go. */
export function isAnythingLost({ threads, opinions, keys }: Found): boolean {
  return threads.length > 0 || opinions > 0 || keys !== 0;
}

/** What no server has, by its name: it goes with this browser. */
export function Unsent({
  unsent,
  problem,
}: {
  /** Null while it is looked for, and where that failed. */
  readonly unsent: Found | null;
  readonly problem: Acting['problem'];
}) {
  const t = useMessages();
  return (
    <div aria-live="polite" className="card-part">
      {unsent === null && problem === null && (
        <p className="waiting">{t('settings.wipe.looking')}</p>
      )}
      {problem !== null && <p className="notice notice-problem">{t('settings.wipe.not-looked')}</p>}
      <ActProblem problem={problem} />
      {unsent !== null && <Listed unsent={unsent} />}
    </div>
  );
}

function Listed({ unsent: { threads, opinions } }: { readonly unsent: Found }) {
  const t = useMessages();
  if (threads.length === 0 && opinions === 0) return <p>{t('settings.wipe.all-sent')}</p>;
  return (
    <>
      <p className="notice notice-problem">{t('settings.wipe.unsent')}</p>
      <ul className="lines">
        {threads.map(({ threadId, title, acts, files, draft }) => (
          <li key={threadId}>
            <strong>{title ?? t('threads.untitled')}</strong>{' '}
            {acts > 0 && `${t('settings.wipe.acts', { count: acts })} `}
            {files.length > 0 && `${t('settings.wipe.files', { names: files.join(' · ') })} `}
            {draft !== '' && t('settings.wipe.draft', { text: draft })}
          </li>
        ))}
        {opinions > 0 && <li>{t('settings.wipe.opinions', { count: opinions })}</li>}
      </ul>
    </>
  );
}
