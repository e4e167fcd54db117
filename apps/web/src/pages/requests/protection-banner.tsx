import { isJsonObject } from '@enlace/kernel';
import { describe, type Finding, type SoundReport } from '@enlace/mla';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { valueAt } from '../../protocol/document-change.js';
import { useEditing } from './editing.js';
import { useMlaLanguage } from './request-words.js';

/** Ways to keep somebody's name out of what other people read. */
const WAYS = ['initials', 'code', 'sealed-annex'] as const;

/** Who would be exposed, why, and what to do about it: before anything else on the page. */
export function ProtectionBanner({ report }: { readonly report: SoundReport }) {
  const t = useMessages();
  const found = report.findings.filter(({ group }) => group === 'D');
  if (found.length === 0) return null;
  return (
    <section className="notice notice-problem" aria-labelledby="protection">
      <h2 id="protection">{t('requests.protection.title')}</h2>
      {found.map((finding) => (
        <Danger key={`${finding.rule} ${finding.subject}`} finding={finding} />
      ))}
    </section>
  );
}

/** A person by id alone: the name of somebody in danger stands in no list. */
function Danger({ finding }: { readonly finding: Finding }) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { document, set, isReadOnly } = useEditing();
  const { message, fix } = describe(finding, language);
  const persons = valueAt(document, '/persons');
  const at = (Array.isArray(persons) ? persons : []).findIndex(
    (person) => isJsonObject(person) && person['id'] === finding.subject,
  );
  return (
    <div className="finding">
      <p>
        <span className="code">{finding.subject}</span>: {message} {fix}
      </p>
      {at >= 0 && !isReadOnly && (
        <div className="form-acts">
          {WAYS.map((way) => (
            <Button
              key={way}
              className="button button-plain"
              onPress={() => set(`/persons/${at}/nameDisclosed`, way)}
            >
              {t(`requests.protection.${way}`, { who: finding.subject })}
            </Button>
          ))}
          <Button className="button button-plain" onPress={() => set(`/persons/${at}`, undefined)}>
            {t('requests.protection.remove', { who: finding.subject })}
          </Button>
        </div>
      )}
    </div>
  );
}
