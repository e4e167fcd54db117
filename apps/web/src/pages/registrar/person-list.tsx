import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useRuleText } from '../../i18n/rule-text.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RegistryPerson } from '../../protocol/operations.js';
import { formatDate } from '../../state/format.js';
import { CardFacts, isNamed } from './card-facts.js';
import { PersonAct, type PersonActName } from './person-act.js';
import type { RegistryProps } from './registry-props.js';

/** Standings after which another certificate may follow. */
const RENEWED: ReadonlySet<string> = new Set(['certified', 'person-expired', 'person-revoked']);

/** Everybody of the own State, with what the own directory finds about each. */
export function PersonList({ registry, onNext }: RegistryProps) {
  const t = useMessages();
  const [chosen, setChosen] = useState<{
    readonly name: PersonActName;
    readonly about: RegistryPerson;
  } | null>(null);
  return (
    <section className="list" aria-labelledby="people">
      <h2 id="people">{t('people.title')}</h2>
      {registry.people.length === 0 && <p>{t('people.none')}</p>}
      <ul className="cards">
        {registry.people.map((about) => (
          <PersonCard
            key={about.personId}
            about={about}
            isKeyOpen={registry.key !== null}
            onAct={(name) => setChosen({ name, about })}
          />
        ))}
      </ul>
      {chosen !== null && <PersonAct {...chosen} onClose={() => setChosen(null)} onNext={onNext} />}
    </section>
  );
}

interface CardProps {
  readonly about: RegistryPerson;
  readonly isKeyOpen: boolean;
  readonly onAct: (name: PersonActName) => void;
}

function PersonCard({ about, isKeyOpen, onAct }: CardProps) {
  const t = useMessages();
  const language = useLanguage();
  const ruleText = useRuleText();
  const { name, standing, until, isActive, isFrozen, isSelf } = about;
  const shown = name ?? t('vouching.no-name');
  const acts = actsOn(about);
  return (
    <li className="card">
      <h3>{isSelf ? t('people.self', { name: shown }) : shown}</h3>
      <p className="notice">
        {standing === 'certified'
          ? t(isActive ? 'people.active' : 'people.certified')
          : ruleText(standing)}
        {isFrozen && ` ${t('people.frozen')}`}
      </p>
      <CardFacts about={about} />
      {until !== null && (
        <p className="soft">{t('people.until', { when: formatDate(language, until) })}</p>
      )}
      {acts.map((act) => (
        <Button
          key={act}
          className="button button-plain"
          isDisabled={act !== 'unfreeze' && !isKeyOpen}
          aria-label={t('act.about', { act: t(`${act}.open`), name: shown })}
          onPress={() => onAct(act)}
        >
          {t(`${act}.open`)}
        </Button>
      ))}
      {acts.length > 0 && !isKeyOpen && <p className="soft">{t('key.first')}</p>}
    </li>
  );
}

/** Nobody takes the own certificate away, and a registrar's is for the root. */
function actsOn(about: RegistryPerson): PersonActName[] {
  const { standing, isFrozen, isSelf, mayReturn, roles } = about;
  if (isSelf || roles.includes('registrar')) return [];
  const acts: PersonActName[] = standing === 'person-revoked' ? [] : ['revoke'];
  if (mayReturn && RENEWED.has(standing) && isNamed(about)) acts.push('reinstate');
  if (isFrozen) acts.push('unfreeze');
  return acts;
}
