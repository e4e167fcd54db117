import type { ReactNode } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import type { Delivery, Deployment } from '../../state/delivery/delivery.js';

export function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const t = useMessages();
  return (
    <section className="card">
      <h2>{t('about.build')}</h2>
      <p className="hash" data-testid="manifest-hash">
        {groupsOfFour(delivery.manifestHash)}
      </p>
      <p className="soft">{t('about.build.help')}</p>
      <dl className="facts">
        <Fact name={t('about.version')}>{delivery.version}</Fact>
        <Fact name={t('about.release')}>
          <span className="code">{delivery.releaseId}</span>
        </Fact>
        <Fact name={t('about.commit')}>
          {delivery.commit === null ? (
            t('about.commit.none')
          ) : (
            <span className="code">{groupsOfFour(delivery.commit)}</span>
          )}
        </Fact>
        <Fact name={t('about.node')}>Node {delivery.node}</Fact>
        <Fact name={t('about.files')}>{t('about.files.count', { count: delivery.fileCount })}</Fact>
        <DeploymentFacts deployment={delivery.deployment} />
      </dl>
    </section>
  );
}

function DeploymentFacts({ deployment }: { deployment: Deployment }) {
  const t = useMessages();
  const { name, apiOrigin, rpId } = deployment;
  return (
    <>
      <Fact name={t('about.installation')}>{name}</Fact>
      <Fact name={t('about.profile')}>
        {apiOrigin === null
          ? t('about.profile.one-origin')
          : t('about.profile.two-origin', { api: apiOrigin })}
      </Fact>
      <Fact name={t('about.rp')}>{rpId ?? location.hostname}</Fact>
      <Fact name={t('about.signatures')}>
        {t('about.signatures.elsewhere')}{' '}
        <span className="code">
          {`enlace audit verify-web ${location.origin} --trust trust-store.json`}
        </span>
      </Fact>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Groups of four are compared by eye and read out without losing the place. */
function groupsOfFour(hex: string): string {
  return (hex.match(/.{1,4}/g) ?? []).join(' ');
}
