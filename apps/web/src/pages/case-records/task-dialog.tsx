import { STATES } from '@enlace/contracts';
import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Task } from '../../protocol/cases/case-record-forms.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { plainName } from '../entries/person-words.js';
import { WordsField } from '../../components/words-field.js';
import { Choice } from '../information/choice.js';
import { LineField } from './line-field.js';

/** Characters (libs/client, ITEM_LIST_LIMITS). */
const TEXT_MOST = 2_000;

/** A task of which nothing is said yet. */
export function newTask({ first }: { readonly first: string }): Task {
  const state = STATES.find((one) => one === first) ?? STATES[0];
  return { id: '', text: '', state, owner: '', due: null, done: null };
}

interface TaskProps {
  readonly task: Task;
  readonly people: readonly ShownThread['members'][number]['person'][];
  readonly states: readonly string[];
}

/** One task, new or as it stands, until it is written. */
export function TaskDialog({
  onWrite,
  onClose,
  ...about
}: TaskProps & {
  readonly onWrite: (task: Task) => Promise<void>;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [written, setWritten] = useState(about.task);
  const [isAsked, setAsked] = useState(false);
  const isEmpty = written.text.trim() === '';
  return (
    <ActDialog
      title={t(about.task.id === '' ? 'case.tasks.add' : 'case.tasks.edit')}
      effect={t('case.records.effect')}
      verb={t('case.records.write')}
      acting={acting}
      onConfirm={() => {
        setAsked(true);
        if (!isEmpty) acting.act(async () => onWrite(written).then(onClose));
      }}
      onClose={onClose}
    >
      <TaskFields {...about} written={written} onChange={setWritten} />
      {isAsked && isEmpty && (
        <p className="notice notice-problem" role="alert">
          {t('case.tasks.empty')}
        </p>
      )}
    </ActDialog>
  );
}

/** Of whoever does it: the States of the thread, and its people. */
function TaskFields({
  task,
  people,
  states,
  written,
  onChange,
}: TaskProps & { readonly written: Task; readonly onChange: (next: Task) => void }) {
  const t = useMessages();
  const change = (more: Partial<Task>): void => onChange({ ...written, ...more });
  const own = people.filter(({ state }) => state === written.state);
  return (
    <>
      <WordsField
        label={t('case.tasks.text')}
        value={written.text}
        onChange={(text) => change({ text: text.slice(0, TEXT_MOST) })}
      />
      <ChoiceField
        label={t('case.tasks.state')}
        codes={STATES.filter((state) => states.includes(state) || state === task.state)}
        word={(state) => state}
        value={written.state}
        onChange={(state) => change({ state, owner: '' })}
      />
      <Choice
        label={t('case.tasks.owner')}
        options={own.map((person) => [person.personId, plainName(t, person)] as const)}
        none={t('case.tasks.nobody')}
        value={written.owner}
        onChange={(owner) => change({ owner })}
      />
      <LineField
        label={t('case.tasks.due')}
        isDay
        value={written.due ?? ''}
        onChange={(due) => change({ due: due === '' ? null : due })}
      />
    </>
  );
}
