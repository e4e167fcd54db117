import { isDomainError } from '@enlace/kernel';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { TextQuestion } from '../../components/text-question.js';
import { WorkspaceGate } from '../../components/workspace-gate.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Recovery } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { makePasskey } from '../../state/passkey.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { openWorkspace, useWorkspace, worker } from '../../state/workspace.js';
import { PaperForm } from './paper-form.js';

/** Comes back without a device: the registrars let in, the own code opens the vault, and this browser is certified. */
export function RecoverPage() {
  const t = useMessages();
  const workspace = useWorkspace();
  return (
    <div className="sheet">
      <PageHeading text={t('recover.title')} />
      <p>{t('recover.intro')}</p>
      {workspace.kind === 'open' && workspace.stage === 'empty' && <Recovering />}
      {workspace.kind === 'open' && workspace.stage !== 'empty' && (
        <p className="notice">{t('problem.store.taken')}</p>
      )}
      {(workspace.kind === 'starting' ||
        workspace.kind === 'elsewhere' ||
        workspace.kind === 'failed') && (
        <WorkspaceGate
          state={workspace}
          onRetry={() => void openWorkspace()}
          onTakeOver={() => void openWorkspace(true)}
        />
      )}
    </div>
  );
}

/** The worker holds how far it is: whoever leaves the page and comes back goes on from there. */
function Recovering() {
  const t = useMessages();
  const { problem, act } = useAct();
  const [at, setAt] = useState<Recovery | null>(null);
  useAtStart(() => act(async () => setAt(await worker().call('recover.view', {}))));
  if (at === null && problem !== null) return <ActProblem problem={problem} />;
  if (at === null) return <p className="waiting">{t('gate.starting')}</p>;
  const { step, ways } = at;
  return (
    <section className="card" aria-labelledby="step">
      <h2 id="step">{t(`recover.${step}`)}</h2>
      {(step === 'paper' || step === 'ended') && (
        <>
          {step === 'ended' && <p className="notice">{t('recover.ended.text')}</p>}
          <PaperForm onNext={setAt} />
        </>
      )}
      {step === 'vault' && <VaultStep ways={ways} onNext={setAt} />}
      {(step === 'passkey' || step === 'certificate') && (
        <PasskeyStep isMade={step === 'certificate'} onNext={setAt} />
      )}
      {step === 'done' && (
        <>
          <p>{t('recover.done.text')}</p>
          <a
            className="button button-main"
            href={hrefOf('sign-in')}
            onClick={() => void openWorkspace()}
          >
            {t('enrol.enrolled.act')}
          </a>
        </>
      )}
    </section>
  );
}

interface StepProps {
  readonly onNext: (at: Recovery) => void;
}

function VaultStep({ ways, onNext }: StepProps & Pick<Recovery, 'ways'>) {
  const t = useMessages();
  const acting = { passphrase: useAct(), recovery: useAct() };
  return (
    <>
      <p>{t('recover.vault.text')}</p>
      {ways.map((kind) => (
        <TextQuestion
          key={kind}
          label={t(`vault.${kind}.label`)}
          help={t(`vault.${kind}.help`)}
          verb={t(`vault.${kind}.act`)}
          acting={acting[kind]}
          isSecret={kind === 'passphrase'}
          onAnswer={async (typed) => {
            const secret = textBuffer(typed);
            await goOn(onNext, async () =>
              worker().call('recover.open', { kind, secret }, [secret]),
            );
          }}
        />
      ))}
    </>
  );
}

/** Makes the passkey once; from then on the certificate that names it is handed in until its outcome is known. */
function PasskeyStep({ isMade, onNext }: StepProps & { readonly isMade: boolean }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const make = async (): Promise<Recovery> => {
    const made = await makePasskey(await worker().call('recover.passkey-options', {}));
    const { prf } = made;
    return worker().call('recover.sign', made, prf === null ? [] : [prf]);
  };
  const work = async (): Promise<void> => {
    if (!isMade) await goOn(onNext, make);
    await goOn(onNext, async () => worker().call('recover.certify', {}));
  };
  return (
    <>
      <p>{t(isMade ? 'recover.certificate.text' : 'recover.passkey.text')}</p>
      <ActProblem problem={problem} />
      {isBusy && <p className="waiting">{t('sign-in.waiting')}</p>}
      <Button className="button button-main" isDisabled={isBusy} onPress={() => act(work)}>
        {t(isMade ? 'recover.certificate.act' : 'enrol.passkey.act')}
      </Button>
    </>
  );
}

/** Shows where the recovery stands after an act, also after one that was refused. */
async function goOn(onNext: StepProps['onNext'], act: () => Promise<Recovery>): Promise<void> {
  try {
    onNext(await act());
  } catch (error) {
    if (isDomainError(error)) onNext(await worker().call('recover.view', {}));
    throw error;
  }
}
