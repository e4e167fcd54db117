import { STATES, type State } from '@enlace/contracts';
import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { DirectoryAlerts } from '../../components/directory-alerts.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { StateContacts } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { ContactCard } from './contact-card.js';

/** Whom to call in another State: what its offices say, and its foreign ministry approved. */
export function DirectoryPage({ own }: { readonly own: string }) {
  const t = useMessages();
  const reading = useAct();
  const [state, setState] = useState<State>(() => STATES.find((one) => one === own) ?? 'CR');
  const [found, setFound] = useState<StateContacts | null>(null);
  const read = (wanted: State): void => {
    setState(wanted);
    setFound(null);
    reading.act(async () => setFound(await worker().call('directory.contacts', { state: wanted })));
  };
  useAtStart(() => read(state));
  return (
    <div className="sheet">
      <PageHeading text={t('directory.title')} />
      <p>{t('directory.intro')}</p>
      <ChoiceField
        label={t('directory.state')}
        codes={STATES}
        word={(code) => code}
        value={state}
        onChange={read}
      />
      <ActProblem problem={reading.problem} />
      {found === null && reading.problem === null && (
        <p className="waiting">{t('directory.loading')}</p>
      )}
      {found !== null && (
        <>
          <DirectoryAlerts kinds={found.log.alerts} />
          {!found.log.isFresh && <p className="notice">{t('vouching.stale')}</p>}
          {found.contacts.length === 0 && <p>{t('directory.none', { state })}</p>}
          <ul className="cards">
            {found.contacts.map((contact) => (
              <ContactCard key={contact.contactId} contact={contact} state={state} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
