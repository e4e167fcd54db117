import { Fact } from '../../components/fact.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RecordEvent } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { factWord } from './record-words.js';

/** One event whole: where it stands, and its five sections or why they are not there. */
export function EventSections({ event }: { readonly event: RecordEvent }) {
  const t = useMessages();
  const language = useLanguage();
  const { eventId, occurredAt, origin, index, standing, refusal, sections } = event;
  return (
    <article className="card" aria-labelledby={eventId}>
      <h2 id={eventId} tabIndex={-1}>
        {t('audit.event')}
      </h2>
      <p className="code">{eventId}</p>
      <p>{formatDateTime(language, occurredAt)}</p>
      <p className={standing === 'refused' ? 'notice notice-problem' : undefined}>
        {t(`audit.standing.${standing}.text`)}
        {refusal !== null && ` ${t('problem.code', { code: refusal })}`}
      </p>
      {origin !== null && index !== null && (
        <p className="code">{t('audit.place', { origin, index })}</p>
      )}
      {sections.map(({ name, absent, facts }) => (
        <section key={name} className="card-part" aria-labelledby={`${eventId}-${name}`}>
          <h3 id={`${eventId}-${name}`}>{t(`audit.section.${name}`)}</h3>
          {absent !== null && <p className="soft">{t(`audit.absent.${absent}`)}</p>}
          {absent === null && facts.length === 0 && (
            <p className="soft">{t('audit.section.empty')}</p>
          )}
          {facts.length > 0 && (
            <dl className="facts">
              {facts.map((fact) => (
                <Fact key={fact.name} name={factWord(t, fact.name)}>
                  <span className="code">{fact.value}</span>
                </Fact>
              ))}
            </dl>
          )}
        </section>
      ))}
      <p className="soft">{t('audit.limits')}</p>
    </article>
  );
}
