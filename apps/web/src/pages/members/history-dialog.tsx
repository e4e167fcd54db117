import { useEffect, useId, useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, ShownThread } from '../../protocol/operations.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { nameOf } from '../entries/person-words.js';
import type { Member } from './member-facts.js';

const BASES = ['case-joined', 'handover', 'substitution', 'court-order'] as const;

type Plan = ResultOf<'thread.preview-history'>;
type Places = Plan['ranges'];

/** Gives one person what was said before: what that holds is counted first, and each part is shown a passkey for. */
export function HistoryDialog({
  member,
  thread,
  onNext,
  onClose,
}: {
  readonly member: Member;
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const { threadId } = thread;
  const { personId } = member.person;
  const [range, setRange] = useState({ fromSeq: 1, toSeq: thread.readSeq });
  const [basis, setBasis] = useState<(typeof BASES)[number]>('case-joined');
  const plan = usePlan({ threadId, personId, ...range });
  const give = async (): Promise<void> => {
    const given = { threadId, personId, ...range, basis };
    const act = { action: 'thread.grant-history', objectId: threadId };
    onNext(await inPresence(act, async () => worker().call('thread.give-history', given)));
    onClose();
  };
  return (
    <ActDialog
      title={t('thread.history.title')}
      effect={t('thread.history.effect')}
      verb={t('thread.history.act')}
      acting={acting}
      onConfirm={() => plan !== null && plan.ranges.length > 0 && acting.act(give)}
      onClose={onClose}
    >
      <p className="lead">{nameOf(t, member.person)}</p>
      <div className="fields">
        {(['fromSeq', 'toSeq'] as const).map((end) => (
          <SeqField
            key={end}
            label={t(`thread.history.${end}`)}
            value={range[end]}
            most={thread.readSeq}
            onChange={(seq) => setRange({ ...range, [end]: seq })}
          />
        ))}
      </div>
      <ChoiceField
        label={t('thread.history.basis')}
        codes={BASES}
        word={(code) => t(`thread.basis.${code}`)}
        value={basis}
        onChange={setBasis}
      />
      <output>{plan !== null && <Counted plan={plan} thread={thread} />}</output>
    </ActDialog>
  );
}

/** What would be given, asked for again whenever the range changes; null until it is known. */
function usePlan(asked: {
  readonly threadId: string;
  readonly personId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
}): Plan | null {
  const { threadId, personId, fromSeq, toSeq } = asked;
  const [found, setFound] = useState<{ readonly of: string; readonly plan: Plan } | null>(null);
  const of = `${fromSeq}–${toSeq}`;
  useEffect(() => {
    let isLatest = true;
    const look = async (): Promise<void> => {
      if (fromSeq < 1 || toSeq < fromSeq) return;
      const range = { threadId, personId, fromSeq, toSeq };
      const plan = await worker().call('thread.preview-history', range);
      if (isLatest) setFound({ of: `${fromSeq}–${toSeq}`, plan });
    };
    // The act itself says what is wrong.
    look().catch(() => {});
    return () => {
      isLatest = false;
    };
  }, [threadId, personId, fromSeq, toSeq]);
  return found?.of === of ? found.plan : null;
}

/** How many entries and files that is, which of them may go no further, and what stays out. */
function Counted({
  plan: { ranges, excluded },
  thread: { entries },
}: {
  readonly plan: Plan;
  readonly thread: ShownThread;
}) {
  const t = useMessages();
  if (ranges.length === 0) return <span className="notice">{t('thread.history.none')}</span>;
  const given = entries.filter(({ seq }) => isIn(ranges, seq));
  const files = given.reduce(
    (sum, { said }) => sum + (said.kind === 'text' ? said.files.length : 0),
    0,
  );
  const bound = given.filter(({ handling }) => handling === 'EN2').length;
  return (
    <>
      <span>
        {t('thread.history.given', { places: placesOf(ranges), entries: given.length, files })}
      </span>
      {bound > 0 && <span className="notice">{t('thread.history.bound', { count: bound })}</span>}
      {excluded.length > 0 && (
        <span className="notice">{t('thread.history.out', { places: placesOf(excluded) })}</span>
      )}
    </>
  );
}

function isIn(ranges: Places, seq: number): boolean {
  return ranges.some(({ fromSeq, toSeq }) => seq >= fromSeq && seq <= toSeq);
}

function placesOf(ranges: Places): string {
  return ranges.map(({ fromSeq, toSeq }) => `${fromSeq}–${toSeq}`).join(', ');
}

function SeqField({
  label,
  value,
  most,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (seq: number) => void;
}) {
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        className="input input-words"
        min={1}
        max={most}
        value={value}
        onChange={({ target }) => onChange(target.valueAsNumber || 0)}
      />
    </div>
  );
}
