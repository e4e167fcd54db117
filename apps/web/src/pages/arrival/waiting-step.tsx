import { useEffect } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import type { StepProps } from './step-props.js';

/** How often the page asks how far the registrars are; the server takes ten a minute. In milliseconds. */
const POLL_MS = 20_000;

/** The digits that person and registrar compare face to face, until both registrars have signed. */
export function WaitingStep({ enrolment, onNext }: StepProps) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const poll = (): void => act(async () => onNext(await worker().call('enrol.poll', {})));
  useEffect(() => {
    const timer = setInterval(poll, POLL_MS);
    return () => clearInterval(timer);
  });
  return (
    <>
      <p>{t('enrol.waiting.text')}</p>
      <p className="paper hash" data-testid="claim-digits">
        {enrolment.digits}
      </p>
      <p className="soft">{t('enrol.waiting.never')}</p>
      <ActProblem problem={problem} />
      <Button className="button button-main" isDisabled={isBusy} onPress={poll}>
        {t('enrol.waiting.act')}
      </Button>
      <p className="soft">{t('enrol.waiting.poll')}</p>
    </>
  );
}
