import { useCallback, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { Fact } from '../../components/fact.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

type Asked = ResultOf<'record.asked-exports'>[number];

/** What this browser asked for and can still take; it is looked up again when something was asked for. */
interface Asking {
  readonly exports: readonly Asked[];
  readonly look: () => void;
}

export function useAskedExports(): Asking {
  const [exports, setExports] = useState<readonly Asked[]>([]);
  const look = useCallback(
    () => void worker().call('record.asked-exports', {}).then(setExports),
    [],
  );
  useEffect(look, [look]);
  return { exports, look };
}

/** Each with its name, which is what a second auditor is told, until its day is over. */
export function AskedExports({
  asked: { exports },
  purpose,
  onTaken,
}: {
  readonly asked: Asking;
  readonly purpose: ArgsOf<'record.take-export'>['purpose'];
  readonly onTaken: (files: ResultOf<'record.take-export'>['files']) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const { isBusy, problem, act } = useAct();
  const isOffline = useIsOffline();
  if (exports.length === 0) return null;
  const take = (exportId: string): void =>
    act(async () =>
      onTaken((await worker().call('record.take-export', { exportId, purpose })).files),
    );
  return (
    <section className="card" aria-labelledby="asked">
      <h2 id="asked">{t('audit.export.asked')}</h2>
      <p className="soft">{t('audit.export.asked.word')}</p>
      <ActProblem problem={problem} />
      {isBusy && <p className="waiting">{t('audit.export.waiting')}</p>}
      <ul className="lines">
        {exports.map(({ exportId, format, rows, expiresAt }) => (
          <li key={exportId}>
            <dl className="facts">
              <Fact name={t('audit.export.name')}>
                <span className="code">{exportId}</span>
              </Fact>
              <Fact name={t('audit.export.format')}>{t(`audit.export.format.${format}`)}</Fact>
              <Fact name={t('audit.export.rows')}>{rows}</Fact>
              <Fact name={t('audit.export.until')}>{formatDateTime(language, expiresAt)}</Fact>
            </dl>
            <Button
              className="button button-plain"
              aria-label={t('audit.export.take.about', { export: exportId })}
              isDisabled={isBusy || isOffline}
              onPress={() => take(exportId)}
            >
              {t('audit.export.take')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
