import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { TextQuestion } from '../../components/text-question.js';
import { WorkspaceGate } from '../../components/workspace-gate.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { makePasskey } from '../../state/passkey.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { openWorkspace, useWorkspace, worker } from '../../state/workspace.js';
import { PaperForm } from './paper-form.js';

type Ways = ResultOf<'recover.begin'>['ways'];

/** How far somebody is who comes back on a browser that is nobody's device. */
type Progress =
  { readonly step: 'paper' | 'passkey' | 'done' } | { readonly step: 'vault'; readonly ways: Ways };

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

function Recovering() {
  const t = useMessages();
  const [progress, setProgress] = useState<Progress>({ step: 'paper' });
  return (
    <section className="card" aria-labelledby="step">
      <h2 id="step">{t(`recover.${progress.step}`)}</h2>
      {progress.step === 'paper' && (
        <PaperForm onNext={({ ways }) => setProgress({ step: 'vault', ways })} />
      )}
      {progress.step === 'vault' && (
        <VaultStep ways={progress.ways} onNext={() => setProgress({ step: 'passkey' })} />
      )}
      {progress.step === 'passkey' && <PasskeyStep onNext={() => setProgress({ step: 'done' })} />}
      {progress.step === 'done' && (
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

function VaultStep({ ways, onNext }: { readonly ways: Ways; readonly onNext: () => void }) {
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
            await worker().call('recover.open', { kind, secret }, [secret]);
            onNext();
          }}
        />
      ))}
    </>
  );
}

function PasskeyStep({ onNext }: { readonly onNext: () => void }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const make = async (): Promise<void> => {
    const made = await makePasskey(await worker().call('recover.passkey-options', {}));
    const { prf } = made;
    await worker().call('recover.finish', made, prf === null ? [] : [prf]);
    onNext();
  };
  return (
    <>
      <p>{t('recover.passkey.text')}</p>
      <ActProblem problem={problem} />
      {isBusy && <p className="waiting">{t('sign-in.waiting')}</p>}
      <Button className="button button-main" isDisabled={isBusy} onPress={() => act(make)}>
        {t('enrol.passkey.act')}
      </Button>
    </>
  );
}
