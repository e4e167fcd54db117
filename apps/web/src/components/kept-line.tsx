import { useLanguage, useMessages } from '../i18n/use-messages.js';
import { formatDateTime } from '../state/format.js';

/** That what was typed outlives this page; null while it is not kept as it stands. */
export function KeptLine({ keptAt }: { readonly keptAt: string | null }) {
  const t = useMessages();
  const language = useLanguage();
  return (
    <p className="soft">
      {keptAt !== null && t('thread.draft.kept', { when: formatDateTime(language, keptAt) })}
    </p>
  );
}
