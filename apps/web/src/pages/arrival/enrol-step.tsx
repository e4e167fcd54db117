import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { TextQuestion } from '../../components/text-question.js';
import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf } from '../../routes.js';
import { makePasskey } from '../../state/passkey.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { openWorkspace, worker } from '../../state/workspace.js';
import { KitStep } from './kit-step.js';
import type { StepProps } from './step-props.js';
import { WaitingStep } from './waiting-step.js';

export function EnrolStep(props: StepProps) {
  switch (props.enrolment.step) {
    case 'invitation':
      return <InvitationStep {...props} />;
    case 'passkey':
    case 'spare':
      return <PasskeyStep {...props} />;
    case 'claim':
      return <ClaimStep {...props} />;
    case 'passphrase':
      return <PassphraseStep {...props} />;
    case 'kit':
      return <KitStep {...props} />;
    case 'waiting':
      return <WaitingStep {...props} />;
    case 'enrolled':
      return <EnrolledStep />;
    case 'over':
      return <OverStep {...props} />;
  }
}

function InvitationStep({ onNext }: StepProps) {
  const t = useMessages();
  const acting = useAct();
  return (
    <TextQuestion
      label={t('enrol.invitation.label')}
      help={t('enrol.invitation.help')}
      verb={t('enrol.invitation.act')}
      acting={acting}
      isLong
      onAnswer={async (typed) => onNext(await worker().call('enrol.read-invitation', { typed }))}
    />
  );
}

/** The spare passkey ends the making: the next step sends the claim. */
function PasskeyStep({ enrolment, onNext }: StepProps) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const { step, state, fingerprint } = enrolment;
  const make = async (): Promise<void> => {
    const made = await makePasskey(await worker().call('enrol.passkey-options', {}));
    const { prf } = made;
    onNext(await worker().call('enrol.add-passkey', made, prf === null ? [] : [prf]));
  };
  return (
    <>
      {step === 'passkey' && (
        <p>{t('enrol.found', { state: state ?? '', fingerprint: fingerprint ?? '' })}</p>
      )}
      <p>{t(step === 'spare' ? 'enrol.spare.text' : 'enrol.passkey.text')}</p>
      <ActProblem problem={problem} />
      <Button className="button button-main" isDisabled={isBusy} onPress={() => act(make)}>
        {t(step === 'spare' ? 'enrol.spare.act' : 'enrol.passkey.act')}
      </Button>
      <StartAgain onNext={onNext} />
    </>
  );
}

/** The claim goes out at once, before its number is too old; a refusal leaves the person here, with a way to go on. */
function ClaimStep({ onNext }: StepProps) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const remake = (): void => act(async () => onNext(await worker().call('enrol.view', {})));
  const send = (): void => act(async () => onNext(await worker().call('enrol.claim', {})));
  useAtStart(send);
  return (
    <>
      <p>{t('enrol.claim.text')}</p>
      <ActProblem problem={problem} />
      {problem?.code === 'invitation.refused' ? (
        <Button className="button button-main" isDisabled={isBusy} onPress={remake}>
          {t('enrol.claim.remake')}
        </Button>
      ) : (
        <Button className="button button-main" isDisabled={isBusy} onPress={send}>
          {t('enrol.claim.act')}
        </Button>
      )}
      <StartAgain onNext={onNext} />
    </>
  );
}

function PassphraseStep({ onNext }: StepProps) {
  const t = useMessages();
  const acting = useAct();
  return (
    <TextQuestion
      label={t('enrol.passphrase.label')}
      help={t('enrol.passphrase.help')}
      verb={t('enrol.passphrase.act')}
      acting={acting}
      isSecret
      onAnswer={async (typed) => {
        const passphrase = textBuffer(typed);
        onNext(await worker().call('enrol.set-passphrase', { passphrase }, [passphrase]));
      }}
    />
  );
}

function EnrolledStep() {
  const t = useMessages();
  return (
    <>
      <p>{t('enrol.enrolled.text')}</p>
      <a
        className="button button-main"
        href={hrefOf('sign-in')}
        onClick={() => void openWorkspace()}
      >
        {t('enrol.enrolled.act')}
      </a>
    </>
  );
}

function OverStep({ onNext }: StepProps) {
  const t = useMessages();
  return (
    <>
      <p>{t('enrol.over.text')}</p>
      <StartAgain onNext={onNext} />
    </>
  );
}

/** Gives up keys that nobody has certified, and begins with another paper. */
function StartAgain({ onNext }: Pick<StepProps, 'onNext'>) {
  const t = useMessages();
  const { isBusy, act } = useAct();
  return (
    <Button
      className="button button-plain"
      isDisabled={isBusy}
      onPress={() => act(async () => onNext(await worker().call('enrol.abandon', {})))}
    >
      {t('enrol.again')}
    </Button>
  );
}
