import { STATES, type State } from '@enlace/contracts';
import { useState, type ReactNode } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownCase } from '../../protocol/operations.js';
import { inPresence } from '../../state/presence.js';
import { useAct, type Acting } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import type { CaseAct, Reported } from './case-parts.js';
import { CASE_TYPES, caseTypeWord, LEGAL_BASES, legalBasisWord } from '../cases/case-words.js';

interface DialogProps {
  readonly shown: ShownCase;
  readonly onNext: (next: ShownCase) => void;
  readonly onReported: (reported: Reported) => void;
  readonly onClose: () => void;
}

/** One act on a case, with what it brings about, before it is done. */
export function CaseActDialog({ act, ...rest }: DialogProps & { readonly act: CaseAct }) {
  if (act === 'change') return <ChangeDialog {...rest} />;
  if (act === 'add-state' || act === 'remove-state') return <StateDialog act={act} {...rest} />;
  return <PlainDialog act={act} {...rest} />;
}

function PlainDialog({
  act,
  shown: { caseId },
  onNext,
  onReported,
  onClose,
}: DialogProps & { readonly act: 'report' | 'close' | 'reopen' }) {
  const acting = useAct();
  const run = async (): Promise<void> => {
    if (act === 'report') onReported(await worker().call('case.report', { caseId }));
    else onNext(await worker().call(`case.${act}`, { caseId }));
  };
  return (
    <Confirming act={act} acting={acting} onAct={run} onClose={onClose}>
      <p className="code">{caseId}</p>
    </Confirming>
  );
}

/** A State joins or leaves: whoever sits there is asked for a passkey. */
function StateDialog({
  act,
  shown: { caseId, states, ownerState },
  onNext,
  onClose,
}: DialogProps & { readonly act: 'add-state' | 'remove-state' }) {
  const t = useMessages();
  const acting = useAct();
  const offered = STATES.filter((state) =>
    act === 'add-state' ? !states.includes(state) : states.includes(state) && state !== ownerState,
  );
  const [chosen, setChosen] = useState<State | undefined>(offered[0]);
  const run = async (): Promise<void> => {
    if (chosen === undefined) return;
    const op = `case.${act}` as const;
    const confirmed = { action: op, objectId: caseId };
    onNext(await inPresence(confirmed, async () => worker().call(op, { caseId, state: chosen })));
  };
  return (
    <Confirming act={act} acting={acting} onAct={run} onClose={onClose}>
      {chosen === undefined ? (
        <p className="notice">{t('case.act.no-state')}</p>
      ) : (
        <ChoiceField
          label={t('thread.invite.state')}
          codes={offered}
          word={(code) => code}
          value={chosen}
          onChange={setChosen}
        />
      )}
    </Confirming>
  );
}

/** Other codes: they are for what begins in the case from now on. */
function ChangeDialog({ shown, onNext, onClose }: DialogProps) {
  const t = useMessages();
  const acting = useAct();
  const { caseId } = shown;
  const [caseType, setType] = useState(shown.caseType);
  const [legalBasis, setBasis] = useState(shown.legalBasis);
  const run = async (): Promise<void> => {
    onNext(await worker().call('case.change', { caseId, caseType, legalBasis }));
  };
  return (
    <Confirming act="change" acting={acting} onAct={run} onClose={onClose}>
      <ChoiceField
        label={t('cases.open.type')}
        codes={withOwn(CASE_TYPES, shown.caseType)}
        word={(code) => caseTypeWord(t, code)}
        value={caseType}
        onChange={setType}
      />
      <ChoiceField
        label={t('cases.open.basis')}
        codes={withOwn(LEGAL_BASES, shown.legalBasis)}
        word={(code) => legalBasisWord(t, code)}
        value={legalBasis}
        onChange={setBasis}
      />
    </Confirming>
  );
}

/** The dialog of one act, closed once the act is done. */
function Confirming({
  act,
  acting,
  onAct,
  onClose,
  children,
}: {
  readonly act: CaseAct;
  readonly acting: Acting;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const t = useMessages();
  return (
    <ActDialog
      title={t(`case.act.${act}`)}
      effect={t(`case.act.${act}.effect`)}
      verb={t(`case.act.${act}.verb`)}
      acting={acting}
      onConfirm={() => acting.act(async () => onAct().then(onClose))}
      onClose={onClose}
    >
      {children}
    </ActDialog>
  );
}

/** A case may carry a code that this page does not offer: it may keep it. */
function withOwn(offered: readonly string[], own: string): readonly string[] {
  return offered.includes(own) ? offered : [own, ...offered];
}
