import { useMessages } from '../../i18n/use-messages.js';
import type { PassedOver } from '../../protocol/cases/case-record-forms.js';

/** Entries of a record that were not taken over: what is shown is what the others give. */
export function PassedOverNotice({ marks }: { readonly marks: readonly PassedOver[] }) {
  const t = useMessages();
  if (marks.length === 0) return null;
  return (
    <div className="notice">
      <p>{t('record.passed-over')}</p>
      <ul>
        {marks.map(({ seq, rule }) => (
          <li key={`${seq} ${rule}`}>
            {t(`record.passed-over.${wordOf(rule)}`, { seq: String(seq) })}
          </li>
        ))}
      </ul>
    </div>
  );
}

function wordOf(rule: PassedOver['rule']) {
  if (rule === 'projection') return 'lies';
  if (rule === 'newer-format') return 'newer';
  return rule === 'attachment' ? 'elsewhere' : 'refused';
}
