import { useMessages } from '../i18n/use-messages.js';

/** What the directory holds and no honest server publishes, by kind; nothing of it counts. */
export function DirectoryAlerts({ kinds }: { readonly kinds: readonly string[] }) {
  const t = useMessages();
  if (kinds.length === 0) return null;
  return (
    <p className="notice notice-problem" role="alert">
      {t('vouching.alerts', { kinds: kinds.join(', ') })}
    </p>
  );
}
