import {
  factWords,
  inWords,
  labelOf,
  type Confidence,
  type Language,
  type PackSet,
  type SoundReport,
} from '@enlace/mla';

import { Fact } from '../../components/fact.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useMlaLanguage } from './request-words.js';

interface GroundProps {
  readonly report: SoundReport;
  readonly packs: PackSet;
}

/** Which instrument governs, why that one, and what else is in force. */
export function TreatyPanel({ report, packs }: GroundProps) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { instrument, choice, confidence, cited, treaties, unresolved } = report.governing;
  const named = (code: string): string => instrumentName(packs, code, language);
  const others = treaties.filter((one) => one.instrument !== instrument);
  return (
    <div className="list">
      <p className="lead">{instrument === null ? t('requests.treaty.none') : named(instrument)}</p>
      <p>{t(`requests.treaty.choice.${choice}`)}</p>
      {confidence !== null && <p>{confidenceWords(confidence, language)}</p>}
      {instrument !== null && !cited && <p className="notice">{t('requests.treaty.not-cited')}</p>}
      {others.length > 0 && (
        <>
          <h3>{t('requests.treaty.others')}</h3>
          <ul className="lines">
            {others.map((one) => (
              <li key={one.instrument}>
                {named(one.instrument)} ({confidenceWords(one.confidence, language)})
              </li>
            ))}
          </ul>
        </>
      )}
      {unresolved.length > 0 && (
        <p className="notice">
          {t('requests.treaty.unresolved', { names: unresolved.map(named).join('; ') })}
        </p>
      )}
    </div>
  );
}

/** What is known of the requested State: each fact with its source, date and confidence in words. */
export function StatePanel({ report, packs }: GroundProps) {
  const t = useMessages();
  const language = useMlaLanguage();
  const state = report.request.requestedState ?? '';
  const country = Object.hasOwn(packs.countries, state) ? packs.countries[state] : undefined;
  if (country === undefined) return <p>{t('requests.state.none')}</p>;
  const facts = Object.entries(country).flatMap(([name, fact]) =>
    isFact(fact) ? [{ name, fact }] : [],
  );
  return (
    <div className="list">
      <p className="lead">{language === 'es' ? country.nameEs : country.nameEn}</p>
      <dl className="facts">
        {facts.map(({ name, fact }) => (
          <Fact key={name} name={factWords(name)[language]}>
            {fact.value === null ? (fact.question?.[language] ?? '') : inWords(fact.value)}
            <span className="soft">
              {' '}
              {[confidenceWords(fact.confidence, language), fact.source, fact.sourceDate]
                .filter((part) => typeof part === 'string' && part !== '')
                .join(' · ')}
            </span>
          </Fact>
        ))}
      </dl>
    </div>
  );
}

/** What no rule ever looks at. */
export function NotCheckedPanel({ report }: { readonly report: SoundReport }) {
  const t = useMessages();
  const language = useMlaLanguage();
  return (
    <div className="list">
      <p>{t('requests.not-checked')}</p>
      <ul className="lines">
        {report.notChecked.map((id) => (
          <li key={id}>{labelOf('notChecked', id)[language]}</li>
        ))}
      </ul>
    </div>
  );
}

interface ShownFact {
  readonly value: unknown;
  readonly confidence: Confidence;
  readonly source?: unknown;
  readonly sourceDate?: unknown;
  readonly question?: Readonly<Record<Language, string>>;
}

function isFact(value: unknown): value is ShownFact {
  return typeof value === 'object' && value !== null && 'confidence' in value && 'value' in value;
}

function confidenceWords(confidence: Confidence, language: Language): string {
  return labelOf('confidences', confidence)[language];
}

function instrumentName(packs: PackSet, code: string, language: Language): string {
  const pack = Object.hasOwn(packs.instruments, code) ? packs.instruments[code] : undefined;
  if (pack === undefined) return labelOf('instruments', code)[language];
  return language === 'es' ? pack.nameEs : pack.nameEn;
}
