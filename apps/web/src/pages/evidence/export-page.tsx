import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { MadeFiles, useMadeFiles } from '../../components/files/made-files.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { AuditPlaces } from '../audit/audit-places.js';
import { EVERYTHING, FilterFields, type Filter } from '../audit/filter-fields.js';
import { narrowing } from '../audit/record-field.js';
import { AgreeForm } from './agree-form.js';
import { AskedExports, useAskedExports } from './asked-exports.js';

type Wanted = Pick<ArgsOf<'record.ask-export'>, 'format' | 'purpose'>;
type Files = ResultOf<'record.take-export'>['files'];

/** As the file is called, which is what whoever verifies it is told. */
const FORMATS = ['bundle', 'jsonl', 'csv', 'ocsf'] as const;
const PURPOSES = ['audit', 'supervision', 'data-subject-request'] as const;

/** Takes events out of the record: as evidence that anybody can verify offline, or as a table. */
export function ExportPage() {
  const t = useMessages();
  const [purpose, setPurpose] = useState<Wanted['purpose']>('audit');
  const { files, take } = useMadeFiles();
  const asked = useAskedExports();
  const taken = (made: Files): void => {
    take(made);
    asked.look();
  };
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('audit.export.title')} />
      <AuditPlaces route="audit-export" />
      <p>{t('audit.export.intro')}</p>
      <AskForm purpose={purpose} onPurpose={setPurpose} onAsked={asked.look} onTaken={taken} />
      {files.length > 0 && (
        <section className="card">
          <MadeFiles files={files} />
          <p className="soft">{t('audit.export.offline')}</p>
          <p>
            <code className="code">{t('audit.export.command')}</code>
          </p>
          <p className="soft">{t('audit.limits')}</p>
        </section>
      )}
      <AskedExports asked={asked} purpose={purpose} onTaken={taken} />
      <AgreeForm />
    </div>
  );
}

/** What is taken, as what, and why. One that is ready is taken at once. */
function AskForm({
  purpose,
  onPurpose,
  onAsked,
  onTaken,
}: {
  readonly purpose: Wanted['purpose'];
  readonly onPurpose: (purpose: Wanted['purpose']) => void;
  readonly onAsked: () => void;
  readonly onTaken: (files: Files) => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [format, setFormat] = useState<Wanted['format']>('bundle');
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const [waiting, setWaiting] = useState<number | null>(null);
  const exportIt = async (): Promise<void> => {
    setWaiting(null);
    const wanted = { format, purpose, filter: narrowing(filter) };
    const act = { action: 'audit.export', objectId: 'events' };
    const made = await inPresence(act, async () => worker().call('record.ask-export', wanted));
    // It can be taken later, too: what goes wrong from here on loses nothing.
    onAsked();
    const { exportId, rows } = made.export;
    if (!made.isReady) return setWaiting(rows);
    onTaken((await worker().call('record.take-export', { exportId, purpose })).files);
  };
  return (
    <section className="card" aria-labelledby="export">
      <h2 id="export">{t('audit.export.what')}</h2>
      <ActForm
        acting={acting}
        verb={t('audit.export.act')}
        waiting={t('audit.export.waiting')}
        isReady={!isOffline}
        onAct={exportIt}
      >
        <ChoiceField
          label={t('audit.export.format')}
          codes={FORMATS}
          word={(code) => t(`audit.export.format.${code}`)}
          value={format}
          onChange={setFormat}
        />
        <ChoiceField
          label={t('audit.export.purpose')}
          codes={PURPOSES}
          word={(code) => t(`purpose.${code}`)}
          value={purpose}
          onChange={onPurpose}
        />
        <FilterFields filter={filter} onChange={setFilter} />
        <p className="notice">{t('audit.export.effect')}</p>
      </ActForm>
      {waiting !== null && (
        <output className="notice">{t('audit.export.second', { rows: waiting })}</output>
      )}
    </section>
  );
}
