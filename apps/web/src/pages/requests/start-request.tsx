import { STATES, type State } from '@enlace/contracts';
import { isJsonObject, type JsonValue } from '@enlace/kernel';
import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import { hrefOfRequest } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** A draft in a case: empty but for its States, or from a file. It is readable by the own State alone. */
export function StartRequest({
  caseId,
  states,
}: {
  readonly caseId: string;
  /** Of the case: one of them is chosen first. */
  readonly states: readonly string[];
}) {
  const t = useMessages();
  const id = useId();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [title, setTitle] = useState('');
  const [state, setState] = useState<State>(STATES.find((one) => states.includes(one)) ?? 'US');
  const [text, setText] = useState<string | null>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    const given = file === undefined ? null : await file.text();
    setText(given);
    const named = given === null ? null : requestedStateIn(given);
    if (named !== null) setState(named);
  };
  const begin = async (): Promise<void> => {
    const beginning = { caseId, requestedState: state, title: title.trim(), text };
    const { requestId } = await worker().call('request.begin', beginning);
    location.hash = hrefOfRequest(requestId, 'edit');
  };
  return (
    <section className="card" aria-labelledby="start-request">
      <h2 id="start-request">{t('requests.start.title')}</h2>
      <p className="soft">{t('requests.start.clear')}</p>
      <ActForm
        acting={acting}
        verb={t('requests.start.act')}
        waiting={t('requests.start.waiting')}
        isReady={!isOffline && title.trim() !== ''}
        onAct={begin}
      >
        <label htmlFor={`${id}-title`}>{t('requests.start.name')}</label>
        <input
          id={`${id}-title`}
          className="input input-words"
          autoComplete="off"
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <ChoiceField
          label={t('requests.start.state')}
          codes={STATES}
          word={(code) => code}
          value={state}
          onChange={setState}
        />
        <FileOfRequest onChoose={choose} />
      </ActForm>
    </section>
  );
}

/** A request that was written elsewhere. */
function FileOfRequest({
  onChoose,
}: {
  readonly onChoose: (file: File | undefined) => Promise<void>;
}) {
  const t = useMessages();
  const id = useId();
  return (
    <>
      <label htmlFor={`${id}-file`}>{t('requests.start.file')}</label>
      <input
        id={`${id}-file`}
        className="input input-words"
        type="file"
        accept="application/json,.json"
        onChange={(event) => void onChoose(event.target.files?.[0])}
      />
    </>
  );
}

/** What a file says of its requested State; the worker reads the file by the model. */
function requestedStateIn(text: string): State | null {
  try {
    const value: JsonValue = JSON.parse(text);
    const named = isJsonObject(value) ? value['requestedState'] : null;
    return STATES.find((one) => one === named) ?? null;
  } catch {
    return null;
  }
}
