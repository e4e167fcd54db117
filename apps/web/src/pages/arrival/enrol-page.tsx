import { useState } from 'react';

import { PageHeading } from '../../components/page-heading.js';
import { WorkspaceGate, type GateState } from '../../components/workspace-gate.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Enrolment } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { openWorkspace, useWorkspace, worker, type Workspace } from '../../state/workspace.js';
import { EnrolStep } from './enrol-step.js';

const STEPS = [
  'invitation',
  'passkey',
  'spare',
  'passphrase',
  'kit',
  'waiting',
  'enrolled',
] as const;

/** The way of an invited person, one step a screen; a reload goes on from where it was. */
export function EnrolPage() {
  const t = useMessages();
  const workspace = useWorkspace();
  return (
    <div className="sheet">
      <PageHeading text={t('enrol.title')} />
      <p>{t('enrol.intro')}</p>
      {workspace.kind === 'open' ? (
        <Enrolling />
      ) : (
        <WorkspaceGate
          state={isGate(workspace) ? workspace : { kind: 'starting' }}
          onRetry={() => void openWorkspace()}
          onTakeOver={() => void openWorkspace(true)}
        />
      )}
    </div>
  );
}

function isGate(workspace: Workspace): workspace is Workspace & GateState {
  return ['starting', 'elsewhere', 'failed'].includes(workspace.kind);
}

function Enrolling() {
  const t = useMessages();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const { act } = useAct();
  useAtStart(() => act(async () => setEnrolment(await worker().call('enrol.view', {}))));
  if (enrolment === null) return <p className="waiting">{t('gate.starting')}</p>;
  return (
    <>
      <StepList current={enrolment.step} />
      <section className="card" aria-labelledby="step">
        <h2 id="step">{t(`enrol.${enrolment.step}`)}</h2>
        <EnrolStep key={enrolment.step} enrolment={enrolment} onNext={setEnrolment} />
      </section>
    </>
  );
}

function StepList({ current }: { readonly current: Enrolment['step'] }) {
  const t = useMessages();
  const shown = current === 'claim' ? 'spare' : current;
  return (
    <ol className="steps" aria-label={t('enrol.steps')}>
      {STEPS.filter((step) => step !== 'passphrase' || shown === step).map((step) => (
        <li key={step} aria-current={step === shown ? 'step' : undefined}>
          {t(`enrol.${step}`)}
        </li>
      ))}
    </ol>
  );
}
