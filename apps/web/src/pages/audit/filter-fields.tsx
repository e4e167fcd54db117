import { useMessages } from '../../i18n/use-messages.js';
import { RecordField } from './record-field.js';

const FIELDS = ['type', 'actor', 'case', 'state', 'outcome', 'from', 'to'] as const;
export type Filter = Record<(typeof FIELDS)[number], string>;

/** Narrowed by nothing. */
export const EVERYTHING: Filter = {
  type: '',
  actor: '',
  case: '',
  state: '',
  outcome: '',
  from: '',
  to: '',
};

/** What events are chosen by. */
export function FilterFields({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (next: Filter) => void;
}) {
  const t = useMessages();
  return (
    <div className="fields">
      {FIELDS.map((name) => (
        <RecordField
          key={name}
          label={t(`audit.field.${name}`)}
          help={t(`audit.field.${name}.help`)}
          value={filter[name]}
          onChange={(value) => onChange({ ...filter, [name]: value })}
        />
      ))}
    </div>
  );
}
