import { labelOf, type Severity } from '@enlace/mla';

import { useMessages } from '../../i18n/use-messages.js';
import { useMlaLanguage } from './request-words.js';

/** A form of its own for each severity: colour is never alone. */
const SHAPES: Readonly<Record<Severity, string>> = {
  blocker: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
  'likely-refusal': 'M8 1l7 14H1z',
  missing: 'M2 2h12v12H2z',
  quality: 'M8 1l7 7-7 7-7-7z',
  advice: 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1z',
};

/** How grave a finding is: mark and word. */
export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const language = useMlaLanguage();
  return (
    <span className={`severity severity-${severity}`}>
      <svg className="severity-shape" viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[severity]} />
      </svg>
      {labelOf('severities', severity)[language]}
    </span>
  );
}

/** What could not be checked has a mark of its own; it is never a pass. */
export function UnknownMark() {
  const t = useMessages();
  return (
    <span className="severity severity-unknown">
      <svg className="severity-shape" viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES.advice} />
        <path className="severity-sign" d="M6 6a2 2 0 1 1 2.6 2c-.4.2-.6.5-.6 1v.5M8 12v.4" />
      </svg>
      {t('requests.unknown')}
    </span>
  );
}
