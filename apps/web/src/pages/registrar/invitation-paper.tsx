import { Button } from 'react-aria-components/Button';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { formatDateTime } from '../../state/format.js';

interface PaperProps {
  readonly name: string;
  readonly paper: string;
  readonly expiresAt: string;
  readonly onKept: () => void;
}

/** What is handed over in person. It holds the code, which exists nowhere else and is not shown again. */
export function InvitationPaper({ name, paper, expiresAt, onKept }: PaperProps) {
  const t = useMessages();
  const language = useLanguage();
  return (
    <section className="card to-hand-over" aria-labelledby="paper">
      <h2 id="paper">{t('paper.title', { name })}</h2>
      <p className="no-print">{t('paper.once')}</p>
      <p>{t('paper.how', { where: `${location.origin}/#/enrol` })}</p>
      <p className="paper hash" data-testid="invitation-paper">
        {paper}
      </p>
      <p>{t('paper.until', { when: formatDateTime(language, expiresAt) })}</p>
      <p>{t('paper.second')}</p>
      <Button className="button button-plain no-print" onPress={() => print()}>
        {t('enrol.kit.print')}
      </Button>
      <Button className="button button-main no-print" onPress={onKept}>
        {t('paper.kept')}
      </Button>
    </section>
  );
}
