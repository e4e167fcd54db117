import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownCase } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';
import { formatDate } from '../../state/format.js';
import { caseTypeWord } from './case-words.js';

/** Each case by what stands in clear: kind, States and day. Its name is told in its threads. */
export function CaseList({ cases }: { readonly cases: readonly ShownCase[] }) {
  const t = useMessages();
  const language = useLanguage();
  if (cases.length === 0) return <p>{t('cases.none')}</p>;
  return (
    <ul className="cards">
      {cases.map((one) => (
        <li key={one.caseId} className="card">
          <h2>
            <a href={hrefOfDetail('cases', one.caseId)}>
              {t('case.name', {
                type: caseTypeWord(t, one.caseType),
                when: formatDate(language, one.openedAt),
              })}
            </a>
          </h2>
          <p>{t('case.states', { states: one.states.join(', '), lead: one.ownerState })}</p>
          <p className="soft">
            {t(`case.status.${one.status}`)} {t(`case.role.${one.role}`)}
          </p>
        </li>
      ))}
    </ul>
  );
}
