import { useBilingual } from '../../i18n/bilingual.js';
import type { ResultOf } from '../../protocol/operations.js';
import { Choice } from '../information/choice.js';

/** One of some people, by name and office; nobody at first. */
export function PersonChoice({
  people,
  ...field
}: {
  readonly label: string;
  readonly people: ResultOf<'thread.candidates'>;
  readonly value: string;
  readonly onChange: (personId: string) => void;
}) {
  const said = useBilingual();
  const options = people.map(
    ({ personId, name, title }) => [personId, `${name ?? personId}, ${said(title)}`] as const,
  );
  return <Choice {...field} options={options} />;
}
