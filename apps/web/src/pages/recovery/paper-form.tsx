import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Recovery } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** What the registrars gave: a code on paper, and who is meant, because no server is asked whose vault it is. */
export function PaperForm({ onNext }: { readonly onNext: (at: Recovery) => void }) {
  const t = useMessages();
  const id = useId();
  const acting = useAct();
  const [typed, setTyped] = useState('');
  const [personId, setPersonId] = useState('');
  return (
    <ActForm
      acting={acting}
      verb={t('recover.paper.act')}
      waiting={t('recover.reading')}
      isReady={typed.trim() !== '' && personId.trim() !== ''}
      onAct={async () => onNext(await worker().call('recover.begin', { typed, personId }))}
    >
      <p>{t('recover.paper.text')}</p>
      <label htmlFor={`${id}-code`}>{t('recover.code.label')}</label>
      <textarea
        id={`${id}-code`}
        className="input"
        rows={4}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <label htmlFor={`${id}-person`}>{t('recover.person.label')}</label>
      <input
        id={`${id}-person`}
        className="input"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={personId}
        aria-describedby={`${id}-help`}
        onChange={(event) => setPersonId(event.target.value)}
      />
      <p id={`${id}-help`} className="soft">
        {t('recover.person.help')}
      </p>
    </ActForm>
  );
}
