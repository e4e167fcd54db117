import type { State } from '@enlace/contracts';
import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { StateChoices } from './state-choices.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { CASE_TYPES, caseTypeWord, LEGAL_BASES, legalBasisWord } from './case-words.js';

type CaseType = (typeof CASE_TYPES)[number];
type LegalBasis = (typeof LEGAL_BASES)[number];

/** A case begins with codes alone; each other State is confirmed with a passkey. */
export function OpenCase({ onOpened }: { readonly onOpened: () => void }) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [caseType, setType] = useState<CaseType>('migrant-smuggling');
  const [legalBasis, setBasis] = useState<LegalBasis>('UNTOC-18');
  const [states, setStates] = useState<readonly State[]>([]);
  const open = async (): Promise<void> => {
    const act = { action: 'case.add-state', objectId: null };
    await inPresence(act, async () =>
      worker().call('case.open', { caseType, legalBasis, states: [...states] }),
    );
    setStates([]);
    onOpened();
  };
  return (
    <section className="card" aria-labelledby="open-case">
      <h2 id="open-case">{t('cases.open.title')}</h2>
      <p className="soft">{t('cases.open.clear')}</p>
      <ActForm
        acting={acting}
        verb={t('cases.open.act')}
        waiting={t('act.waiting')}
        isReady={!isOffline}
        onAct={open}
      >
        <ChoiceField
          label={t('cases.open.type')}
          codes={CASE_TYPES}
          word={(code) => caseTypeWord(t, code)}
          value={caseType}
          onChange={setType}
        />
        <ChoiceField
          label={t('cases.open.basis')}
          codes={LEGAL_BASES}
          word={(code) => legalBasisWord(t, code)}
          value={legalBasis}
          onChange={setBasis}
        />
        <StateChoices legend={t('cases.open.states')} chosen={states} onChange={setStates} />
      </ActForm>
    </section>
  );
}
