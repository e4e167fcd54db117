import { useMessages } from '../../i18n/use-messages.js';
import { worker } from '../../state/workspace.js';
import { KitForm } from '../ways/kit-form.js';
import type { StepProps } from './step-props.js';

/** Shown once, then typed back and used to open a copy of the vault. */
export function KitStep({ onNext }: StepProps) {
  const t = useMessages();
  return (
    <KitForm
      intro={t('enrol.kit.text')}
      help={t('enrol.kit.help')}
      make={async () => (await worker().call('enrol.make-kit', {})).code}
      check={async (typed) => onNext(await worker().call('enrol.check-kit', { typed }))}
    />
  );
}
