import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import { hrefOfDetail } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { WORK_PURPOSES } from './case-words.js';

/** EN3 names its readers one by one: an entry does, a thread does not. */
const FLOORS = HANDLING_CODES.filter((code) => code !== 'EN3');

/** A thread in a case, with nobody in it yet but who opens it. */
export function OpenThread({ caseId }: { readonly caseId: string }) {
  const t = useMessages();
  const id = useId();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [title, setTitle] = useState('');
  const [purpose, setPurpose] = useState<(typeof WORK_PURPOSES)[number]>('investigation');
  const [floor, setFloor] = useState<Handling>('EN1');
  const open = async (): Promise<void> => {
    const opening = { caseId, title: title.trim(), purpose, floor };
    const { threadId } = await worker().call('thread.open', opening);
    location.hash = hrefOfDetail('threads', threadId);
  };
  return (
    <section className="card" aria-labelledby="open-thread">
      <h2 id="open-thread">{t('threads.open.title')}</h2>
      <ActForm
        acting={acting}
        verb={t('threads.open.act')}
        waiting={t('threads.open.waiting')}
        isReady={!isOffline && title.trim() !== ''}
        onAct={open}
      >
        <label htmlFor={id}>{t('threads.open.name')}</label>
        <input
          id={id}
          className="input input-words"
          autoComplete="off"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <p className="soft">{t('threads.open.sealed')}</p>
        <ChoiceField
          label={t('threads.open.purpose')}
          codes={WORK_PURPOSES}
          word={(code) => t(`purpose.${code}`)}
          value={purpose}
          onChange={setPurpose}
        />
        <ChoiceField
          label={t('threads.open.floor')}
          codes={FLOORS}
          word={(code) => t(`handling.${code}`)}
          value={floor}
          onChange={setFloor}
        />
      </ActForm>
    </section>
  );
}
