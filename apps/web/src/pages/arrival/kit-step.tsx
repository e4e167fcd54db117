import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { TextQuestion } from '../../components/text-question.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import type { StepProps } from './step-props.js';

/** Shown once, then typed back and used to open a copy of the vault. */
export function KitStep({ onNext }: StepProps) {
  const t = useMessages();
  const making = useAct();
  const checking = useAct();
  const [code, setCode] = useState<string | null>(null);
  const [isHidden, setHidden] = useState(false);
  const make = async (): Promise<void> => {
    setCode((await worker().call('enrol.make-kit', {})).code);
    setHidden(false);
  };
  if (code === null) {
    return (
      <>
        <p>{t('enrol.kit.text')}</p>
        <ActProblem problem={making.problem} />
        <Button
          className="button button-main"
          isDisabled={making.isBusy}
          onPress={() => making.act(make)}
        >
          {t('enrol.kit.show')}
        </Button>
      </>
    );
  }
  if (!isHidden) {
    return (
      <>
        <p>{t('enrol.kit.once')}</p>
        <p className="paper hash" data-testid="recovery-code">
          {code}
        </p>
        <Button className="button button-plain no-print" onPress={() => print()}>
          {t('enrol.kit.print')}
        </Button>
        <Button className="button button-main no-print" onPress={() => setHidden(true)}>
          {t('enrol.kit.kept')}
        </Button>
      </>
    );
  }
  return (
    <>
      <TextQuestion
        label={t('enrol.kit.label')}
        help={t('enrol.kit.help')}
        verb={t('enrol.kit.act')}
        acting={checking}
        onAnswer={async (typed) => onNext(await worker().call('enrol.check-kit', { typed }))}
      />
      <Button
        className="button button-plain"
        isDisabled={making.isBusy}
        onPress={() => making.act(make)}
      >
        {t('enrol.kit.another')}
      </Button>
    </>
  );
}
