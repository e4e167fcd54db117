import type { State } from '@enlace/contracts';
import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ContactProposals } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { WORK_PURPOSES } from '../cases/case-words.js';
import { CardWords } from './card-words.js';
import { ContactFacts, useContactName, type ShownContact } from './contact-facts.js';

type Card = ContactProposals['open'][number]['card'];

/** A contact; its telephone is shown on demand, for a purpose, and that goes on record. */
export function ContactCard({
  contact,
  state,
}: {
  readonly contact: ShownContact;
  readonly state: State;
}) {
  const t = useMessages();
  const name = useContactName()(contact);
  return (
    <li className="card">
      <h2>{name}</h2>
      <p className={contact.standing === 'confirmed' ? undefined : 'notice'}>
        {t(`directory.standing.${contact.standing}`)}
      </p>
      <ContactFacts contact={contact} />
      {contact.personId !== null && (
        <Reach contactId={contact.contactId} state={state} name={name} />
      )}
    </li>
  );
}

function Reach({
  contactId,
  state,
  name,
}: {
  readonly contactId: string;
  readonly state: State;
  readonly name: string;
}) {
  const t = useMessages();
  const acting = useAct();
  const [purpose, setPurpose] = useState<(typeof WORK_PURPOSES)[number]>('investigation');
  const [reached, setReached] = useState<{ readonly card: Card | null } | null>(null);
  if (reached !== null) {
    return reached.card === null ? (
      <p>{t('directory.erased')}</p>
    ) : (
      <CardWords card={reached.card} />
    );
  }
  const reach = async (): Promise<void> =>
    setReached(await worker().call('directory.reach', { contactId, state, purpose }));
  return (
    <details>
      <summary>{t('directory.reach.open', { name })}</summary>
      <p className="soft">{t('directory.reach.recorded')}</p>
      <ActForm
        acting={acting}
        verb={t('directory.reach.act')}
        waiting={t('act.waiting')}
        isReady
        onAct={reach}
      >
        <ChoiceField
          label={t('directory.reach.why')}
          codes={WORK_PURPOSES}
          word={(code) => t(`purpose.${code}`)}
          value={purpose}
          onChange={setPurpose}
        />
      </ActForm>
    </details>
  );
}
