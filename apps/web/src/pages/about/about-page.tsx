import { isDomainError } from '@enlace/kernel';
import { useCallback, useEffect, useState } from 'react';

import { PageHeading } from '../../components/page-heading.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { useMessages } from '../../i18n/use-messages.js';
import { fetchStaticFile, readDelivery, type Delivery } from '../../state/delivery/delivery.js';
import { DeliveryFacts } from './delivery-facts.js';

type Reading =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly delivery: Delivery }
  | { readonly kind: 'failed'; readonly code: string };

const READING: Reading = { kind: 'reading' };

/** What code this is, and what a page cannot prove about itself. */
export function AboutPage() {
  const t = useMessages();
  const [reading, readAgain] = useDelivery();
  return (
    <div className="sheet">
      <PageHeading text={t('about.title')} />
      <p>{t('about.intro')}</p>
      {reading.kind === 'reading' && <p className="waiting">{t('about.loading')}</p>}
      {reading.kind === 'read' && <DeliveryFacts delivery={reading.delivery} />}
      {reading.kind === 'failed' && <ProblemNotice code={reading.code} onRetry={readAgain} />}
      <section className="card">
        <h2>{t('about.limits')}</h2>
        <p>{t('about.limits.text')}</p>
        <p>{t('about.limits.yet')}</p>
      </section>
    </div>
  );
}

/** The delivery as read once, and the act of reading it again. */
function useDelivery(): [Reading, () => void] {
  const [reading, setReading] = useState(READING);
  const read = useCallback(() => {
    readDelivery(fetchStaticFile).then(
      (delivery) => setReading({ kind: 'read', delivery }),
      (error: unknown) =>
        setReading({ kind: 'failed', code: isDomainError(error) ? error.code : 'client.fault' }),
    );
  }, []);
  useEffect(read, [read]);
  const readAgain = (): void => {
    setReading(READING);
    read();
  };
  return [reading, readAgain];
}
