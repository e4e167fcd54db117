import { FORM_SECTIONS, type SoundReport } from '@enlace/mla';

import { useMessages } from '../../i18n/use-messages.js';
import { useMlaLanguage } from './request-words.js';
import { isInSection } from './use-check.js';

/** Sections of the finished document, each with its count of findings. */
export function SectionList({
  report,
  current,
  onChoose,
}: {
  readonly report: SoundReport | null;
  readonly current: number;
  readonly onChoose: (at: number) => void;
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  return (
    <nav aria-label={t('requests.sections')} className="sections">
      <ol start={0}>
        {FORM_SECTIONS.map(({ title }, at) => {
          const count = report?.findings.filter((one) => isInSection(one, at)).length ?? 0;
          return (
            <li key={title.en}>
              <button
                type="button"
                className="section-choice"
                aria-current={at === current ? 'true' : undefined}
                onClick={() => onChoose(at)}
              >
                {title[language]}
                {count > 0 && <span className="mark">{t('requests.count', { count })}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
