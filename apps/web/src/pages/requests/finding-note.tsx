import { describe, labelOf, type Finding } from '@enlace/mla';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { BasisTexts } from '../law/basis-texts.js';
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
  const { ground } = useEditing();
  const [isOpen, setOpen] = useState(false);
  const [path] = finding.paths;
  return (
    <div className="finding">
      <p>
        <SeverityMark severity={finding.severity} /> {message}
      </p>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{t('requests.fix')}</summary>
        <p>{fix}</p>
        {basis !== '' && (
          <p className="soft">
            {t('requests.basis', { basis })} · {labelOf('report', basisLabel(finding))[language]}
          </p>
        )}
        {isOpen && ground !== null && (
          <BasisTexts provisions={finding.basis.provisions} ground={ground} />
        )}
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
