import { describe, labelOf, type Finding } from '@enlace/mla';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { useEditing } from './editing.js';
import { useMlaLanguage } from './request-words.js';
import { SeverityMark } from './severity-mark.js';

/** One finding: mark, sentence, how to fix it, and on which basis. */
export function FindingNote({
  finding,
  onJump,
}: {
  readonly finding: Finding;
  /** Null beside the field itself. */
  readonly onJump: ((path: string) => void) | null;
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { message, fix, basis } = describe(finding, language);
  const [path] = finding.paths;
  return (
    <div className="finding">
      <p>
        <SeverityMark severity={finding.severity} /> {message}
      </p>
      <details>
        <summary>{t('requests.fix')}</summary>
        <p>{fix}</p>
        {basis !== '' && (
          <p className="soft">
            {t('requests.basis', { basis })} · {labelOf('report', basisLabel(finding))[language]}
          </p>
        )}
        <ul className="lines">
          {finding.basis.provisions.map(({ id, role, verified }) => (
            <li key={`${id} ${role}`}>
              {id} ({t(`requests.role.${role}`)}
              {!verified && `; ${t('requests.unverified')}`})
            </li>
          ))}
        </ul>
      </details>
      {onJump !== null && path !== undefined && path !== '' && (
        <Button className="button button-plain" onPress={() => onJump(path)}>
          {t('requests.jump')}
        </Button>
      )}
    </div>
  );
}

/** Findings on a place itself. */
export function Notes({ path }: { readonly path: string }) {
  const { findings } = useEditing();
  const found = findings.get(path) ?? [];
  return found.map((finding) => (
    <FindingNote key={`${finding.rule} ${finding.subject}`} finding={finding} onJump={null} />
  ));
}

function basisLabel({ basis }: Finding): string {
  const isDemanded = basis.provisions.some(({ role }) => role === 'duty' || role === 'ground');
  if (!isDemanded) return 'basis-none';
  return basis.verified ? 'basis-read' : 'basis-open';
}
