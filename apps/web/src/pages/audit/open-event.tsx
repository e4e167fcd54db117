import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';

/** Opens one event, which is verified before it is shown. */
export function OpenEvent({
  eventId,
  onShow,
}: {
  readonly eventId: string;
  readonly onShow: (eventId: string) => void;
}) {
  const t = useMessages();
  return (
    <Button
      className="button button-plain whole"
      aria-label={t('audit.views.check.about', { event: eventId })}
      onPress={() => onShow(eventId)}
    >
      {t('audit.views.check')}
    </Button>
  );
}
