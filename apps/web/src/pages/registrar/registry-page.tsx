import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { DirectoryAlerts } from '../../components/directory-alerts.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Registry } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { CompleteCertificate } from './complete-certificate.js';
import { InvitationList } from './invitation-list.js';
import { InviteForm } from './invite-form.js';
import { KeyCard } from './key-card.js';
import { PersonList } from './person-list.js';

/** The registrar's desk: the people of the own State, and whoever is on the way to become one. */
export function RegistryPage() {
  const t = useMessages();
  const language = useLanguage();
  const { isBusy, problem, act } = useAct();
  const [registry, setRegistry] = useState<Registry | null>(null);
  const read = (): void => act(async () => setRegistry(await worker().call('registrar.list', {})));
  useAtStart(read);
  return (
    <div className="sheet">
      <PageHeading text={t('registry.title')} />
      <p>{t('registry.intro')}</p>
      <ActProblem problem={problem} />
      {registry === null && problem === null && <p className="waiting">{t('registry.loading')}</p>}
      {registry !== null && (
        <>
          <DirectoryAlerts kinds={registry.log.alerts} />
          <KeyCard keyOf={registry.key} onOpened={read} />
          <InviteForm registry={registry} onDone={read} />
          <InvitationList registry={registry} onNext={setRegistry} />
          <PersonList registry={registry} onNext={setRegistry} />
          <CompleteCertificate isKeyOpen={registry.key !== null} onNext={setRegistry} />
          <p className="soft">
            {t('registry.read', { when: formatDateTime(language, registry.readAt) })}
            {!registry.log.isFresh && ` ${t('vouching.stale')}`}
          </p>
        </>
      )}
      <Button className="button button-plain" isDisabled={isBusy} onPress={read}>
        {t('registry.again')}
      </Button>
    </div>
  );
}
