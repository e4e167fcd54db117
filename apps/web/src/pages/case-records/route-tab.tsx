import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { RecordTable } from '../../components/record-table.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { CaseRecords, Stage } from '../../protocol/cases/case-record-forms.js';
import { formatUtcDay } from '../../state/format.js';
import type { CaseTabProps } from '../case/case-parts.js';
import { countryName } from './country-words.js';
import { ItemActs } from './item-acts.js';
import { NEW_STAGE, StageDialog } from './stage-dialog.js';
import { CaseRecordsOf } from './thread-records.js';
import type { RecordActs } from './use-case-records.js';

/** The way of those who were smuggled, stage by stage, as the members of each thread have written it. */
export function RouteTab({ threads }: CaseTabProps) {
  const t = useMessages();
  return (
    <>
      <h2>{t('case.tab.route')}</h2>
      <p className="soft">{t('case.route.intro')}</p>
      <CaseRecordsOf threads={threads}>{(shown) => <Route {...shown} />}</CaseRecordsOf>
    </>
  );
}

function Route({ held, acting, onRoute }: { readonly held: CaseRecords } & RecordActs) {
  const t = useMessages();
  const [editing, setEditing] = useState<Stage | null>(null);
  const { stages } = held;
  const run = (change: Parameters<typeof onRoute>[0]): void =>
    acting.act(async () => onRoute(change));
  return (
    <>
      {stages.length === 0 ? (
        <p>{t('case.route.none')}</p>
      ) : (
        <StageTable stages={stages} isBusy={acting.isBusy} onEdit={setEditing} onChange={run} />
      )}
      <Button className="button button-plain" onPress={() => setEditing(NEW_STAGE)}>
        {t('case.route.add')}
      </Button>
      {editing !== null && (
        <StageDialog
          stage={editing}
          onWrite={async (item) => onRoute({ kind: 'put', item })}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function StageTable({
  stages,
  isBusy,
  onEdit,
  onChange,
}: {
  readonly stages: readonly Stage[];
  readonly isBusy: boolean;
  readonly onEdit: (stage: Stage) => void;
  readonly onChange: (change: Parameters<RecordActs['onRoute']>[0]) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const heads = (['number', 'role', 'place', 'date', 'note', 'acts'] as const).map((head) =>
    t(`case.route.${head}`),
  );
  const rows = stages.map((stage, at) => {
    const { id, role, country, place, date, note } = stage;
    const name = [place, countryName(language, country)].filter((word) => word !== '').join(', ');
    const move = (by: -1 | 1) => () => onChange({ kind: 'move', id, by });
    const acts = (
      <ItemActs
        name={name}
        isBusy={isBusy}
        onEdit={() => onEdit(stage)}
        onRemove={() => onChange({ kind: 'remove', id })}
        onUp={at === 0 ? undefined : move(-1)}
        onDown={at === stages.length - 1 ? undefined : move(1)}
      />
    );
    const day = date === null ? '–' : formatUtcDay(language, date);
    const cells = [at + 1, t(`case.route.role.${role}`), name, day, note === '' ? '–' : note, acts];
    return { key: id, cells };
  });
  return <RecordTable caption={t('case.tab.route')} heads={heads} rows={rows} />;
}
