import { owesReason } from '@enlace/contracts';
import { useId, useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { WordsField } from '../../components/words-field.js';
import type { OfferedStep } from './steps.js';

/** The number of a letter, as the platform takes it: no room for a name or a sentence. */
const REFERENCE = /^(?:[A-Za-z0-9][A-Za-z0-9./-]{0,63})?$/u;

/** One step of a request, with what it brings about and who will see it, before it is taken. */
export function StepDialog({
  listed: { tracked, held },
  step: { to, isReported },
  onMoved,
  onClose,
}: {
  readonly listed: ListedRequest;
  readonly step: OfferedStep;
  readonly onMoved: () => void;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [reference, setReference] = useState('');
  const [reason, setReason] = useState('');
  const { requestId, requestingState, requestedState } = tracked;
  // Only whoever is in its thread can say there why; to the others the page says what to do.
  const isOwed = owesReason(tracked.status, to);
  const says = isOwed && held !== null;
  const isWhole = REFERENCE.test(reference) && (!says || reason.trim() !== '');
  const take = async (): Promise<void> => {
    const formalReference = reference === '' ? null : reference;
    const why = says ? reason.trim() : null;
    await worker().call('request.step', { requestId, to, formalReference, reason: why });
    onClose();
    onMoved();
  };
  return (
    <ActDialog
      title={t(`requests.step.${to}`)}
      effect={t('requests.step.effect', { from: requestingState, to: requestedState })}
      verb={t(`requests.step.${to}`)}
      acting={acting}
      onConfirm={() => {
        if (isWhole) acting.act(take);
      }}
      onClose={onClose}
    >
      <p>{held?.title ?? t('requests.untitled')}</p>
      {isReported && <p>{t('requests.step.reported', { state: requestedState })}</p>}
      {to === 'formalised' && <Reference value={reference} onChange={setReference} />}
      {says && <WordsField label={t('requests.step.why')} value={reason} onChange={setReason} />}
      {isOwed && held === null && <p>{t('requests.step.why-elsewhere')}</p>}
    </ActDialog>
  );
}

/** Of the formal letter; it may be left out. */
function Reference({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (reference: string) => void;
}) {
  const t = useMessages();
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{t('requests.step.reference')}</label>
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        value={value}
        aria-describedby={`${id}-help`}
        aria-invalid={!REFERENCE.test(value)}
        onChange={(event) => onChange(event.target.value.trim())}
      />
      <p id={`${id}-help`} className="soft">
        {t('requests.step.reference.help')}
      </p>
    </div>
  );
}
