import { Button } from 'react-aria-components/Button';

import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import { wipeAgain } from '../../state/workspace.js';

/** How far the wiping is; nothing of the person is left in the document, and nothing is fetched that could fail. */
export function LeavingPage({
  step,
  isSessionEnded,
}: {
  readonly step: 'wiping' | 'failed' | 'wiped';
  readonly isSessionEnded: boolean;
}) {
  const t = useMessages();
  return (
    <div className="arrival">
      <section className="card">
        <PageHeading key={step} text={t(`leaving.${step}`)} />
        <p className={step === 'wiping' ? 'waiting' : 'lead'}>{t(`leaving.${step}.text`)}</p>
        {!isSessionEnded && <p className="notice">{t('leaving.session')}</p>}
        {step === 'failed' && (
          <Button className="button button-main" onPress={() => void wipeAgain()}>
            {t('leaving.again')}
          </Button>
        )}
        {step === 'wiped' && (
          // Begins anew: what this page still has in memory ends with it.
          <Button className="button button-plain" onPress={() => location.replace('/')}>
            {t('leaving.entrance')}
          </Button>
        )}
      </section>
    </div>
  );
}
