import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import { BASES, basisWord, type Basis } from './life-words.js';

/** Why the act is done. */
export function BasisField({
  value,
  onChange,
}: {
  readonly value: Basis;
  readonly onChange: (basis: Basis) => void;
}) {
  const t = useMessages();
  return (
    <ChoiceField
      label={t('thread.life.basis')}
      codes={BASES}
      word={(code) => basisWord(t, code)}
      value={value}
      onChange={onChange}
    />
  );
}
