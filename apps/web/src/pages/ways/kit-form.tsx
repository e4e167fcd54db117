import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { TextQuestion } from '../../components/text-question.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useAct } from '../../state/use-act.js';

interface KitFormProps {
  /** What the code is for, said before it is shown. */
  readonly intro: string;
  readonly help: string;
  readonly make: () => Promise<string>;
  readonly check: (typed: string) => Promise<void>;
}

/** A recovery code: shown once, on paper from then on, and typed back from there. */
export function KitForm({ intro, help, make, check }: KitFormProps) {
  const t = useMessages();
  const making = useAct();
  const checking = useAct();
  const [code, setCode] = useState<string | null>(null);
  const [isHidden, setHidden] = useState(false);
  const show = async (): Promise<void> => {
    setCode(await make());
    setHidden(false);
  };
  if (code === null) {
    return (
      <>
        <p>{intro}</p>
        <ActProblem problem={making.problem} />
        <Button
          className="button button-main"
          isDisabled={making.isBusy}
          onPress={() => making.act(show)}
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
        help={help}
        verb={t('enrol.kit.act')}
        acting={checking}
        onAnswer={check}
      />
      <Button
        className="button button-plain"
        isDisabled={making.isBusy}
        onPress={() => making.act(show)}
      >
        {t('enrol.kit.another')}
      </Button>
    </>
  );
}
