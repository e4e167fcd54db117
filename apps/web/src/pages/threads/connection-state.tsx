import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';
import { useIsLineOpen } from '../../state/live.js';

/** Whether what is new comes by itself, is asked for, or cannot come. */
export function ConnectionState() {
  const t = useMessages();
  const isOffline = useIsOffline();
  const isOpen = useIsLineOpen();
  const state = isOffline ? 'offline' : isOpen ? 'open' : 'closed';
  return (
    <output className={`line line-${state}`}>
      <span className="line-mark" aria-hidden="true" />
      {t(`thread.line.${state}`)}
    </output>
  );
}
