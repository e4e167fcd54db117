import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownCase } from '../../protocol/operations.js';
import { useWorkspaceState, type Workspace } from '../../state/workspace.js';
import { CaseActDialog } from './case-act-dialog.js';
import type { CaseAct, Reported } from './case-parts.js';

/** What this person may do with the case itself; the server decides again. */
export function CaseActs({
  shown,
  onNext,
}: {
  readonly shown: ShownCase;
  readonly onNext: (next: ShownCase) => void;
}) {
  const t = useMessages();
  const said = useBilingual();
  const [doing, setDoing] = useState<CaseAct | null>(null);
  const [reported, setReported] = useState<Reported | null>(null);
  const acts = [
    ...(isLiaisonOf(useWorkspaceState(), shown) ? (['report'] as const) : []),
    ...stewardActs(shown),
  ];
  return (
    <section className="card" aria-labelledby="case-acts">
      <h2 id="case-acts">{t('case.acts')}</h2>
      {acts.length === 0 && <p className="soft">{t('case.acts.none')}</p>}
      <div className="acts">
        {acts.map((act) => (
          <Button key={act} className="button button-plain" onPress={() => setDoing(act)}>
            {t(`case.act.${act}`)}
          </Button>
        ))}
      </div>
      <output className={reported === null ? '' : 'notice'}>
        {reported !== null &&
          t('case.reported', {
            office: reported.office === null ? reported.officeId : said(reported.office),
          })}
      </output>
      {doing !== null && (
        <CaseActDialog
          act={doing}
          shown={shown}
          onNext={onNext}
          onReported={setReported}
          onClose={() => setDoing(null)}
        />
      )}
    </section>
  );
}

/** A liaison of the State that leads the case. */
function isLiaisonOf(workspace: Workspace, { ownerState }: ShownCase): boolean {
  if (workspace.kind !== 'signed-in' || workspace.look?.kind !== 'sound') return false;
  return workspace.account.state === ownerState && workspace.look.roles.includes('liaison');
}

/** Codes are changed by any member; who takes part, and whether threads begin, is up to a steward. */
function stewardActs({ role, status, states, ownerState }: ShownCase): readonly CaseAct[] {
  if (status === 'closed') return role === 'steward' ? ['reopen'] : [];
  if (role !== 'steward') return ['change'];
  const others = states.filter((state) => state !== ownerState);
  return [
    'change',
    'add-state',
    ...(others.length > 0 ? (['remove-state'] as const) : []),
    'close',
  ];
}
