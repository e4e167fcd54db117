import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Recovery } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** What the registrars gave: a code on paper, and who is meant, because no server is asked whose vault it is. */
export function PaperForm({ onNext }: { readonly onNext: (at: Recovery) => void }) {
  const t = useMessages();
  const id = useId();
  const { isBusy, problem, act } = useAct();
  const [typed, setTyped] = useState('');
  const [personId, setPersonId] = useState('');
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        act(async () => onNext(await worker().call('recover.begin', { typed, personId })));
      }}
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
      <ActProblem problem={problem} />
      {isBusy && <p className="waiting">{t('recover.reading')}</p>}
      <Button
        type="submit"
        className="button button-main"
        isDisabled={isBusy || typed.trim() === '' || personId.trim() === ''}
      >
        {t('recover.paper.act')}
      </Button>
    </form>
  );
}
