import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { RecordTable } from '../../components/record-table.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Task } from '../../protocol/cases/case-record-forms.js';
import type { ShownThread } from '../../protocol/operations.js';
import { formatUtcDay } from '../../state/format.js';
import type { CaseTabProps } from '../case/case-parts.js';
import { HeldThreads } from '../case/held-threads.js';
import { plainName, type Messages } from '../entries/person-words.js';
import { today } from '../requests/use-check.js';
import { ItemActs } from './item-acts.js';
import { newTask, TaskDialog } from './task-dialog.js';
import { CaseRecordsOf } from './thread-records.js';
import type { RecordActs } from './use-case-records.js';

type People = readonly ShownThread['members'][number]['person'][];

/** What there is to do in the case, by which State, by whom and until when. */
export function TasksTab({ threads, shown: { ownerState } }: CaseTabProps) {
  const t = useMessages();
  return (
    <>
      <h2>{t('case.tab.tasks')}</h2>
      <p className="soft">{t('case.tasks.intro')}</p>
      <HeldThreads threads={threads}>
        {(read) => (
          <CaseRecordsOf threads={threads}>
            {({ held, thread, ...acts }) => {
              const own = read.find(({ threadId }) => threadId === thread.threadId);
              const people = own?.members.map(({ person }) => person) ?? [];
              const states = own?.states ?? [];
              const about = { people, states, first: ownerState };
              return <Tasks tasks={held.tasks} about={about} {...acts} />;
            }}
          </CaseRecordsOf>
        )}
      </HeldThreads>
    </>
  );
}

interface About {
  readonly people: People;
  readonly states: readonly string[];
  /** The State that a new task is of, unless somebody says another. */
  readonly first: string;
}

function Tasks({
  tasks,
  about,
  acting,
  onTasks,
}: { readonly tasks: readonly Task[]; readonly about: About } & RecordActs) {
  const t = useMessages();
  const [editing, setEditing] = useState<Task | null>(null);
  const run = (change: Parameters<typeof onTasks>[0]): void =>
    acting.act(async () => onTasks(change));
  return (
    <>
      {tasks.length === 0 ? (
        <p>{t('case.tasks.none')}</p>
      ) : (
        <TaskTable
          tasks={tasks}
          people={about.people}
          isBusy={acting.isBusy}
          onEdit={setEditing}
          onChange={run}
        />
      )}
      <Button className="button button-plain" onPress={() => setEditing(newTask(about))}>
        {t('case.tasks.add')}
      </Button>
      {editing !== null && (
        <TaskDialog
          task={editing}
          people={about.people}
          states={about.states}
          onWrite={async (item) => onTasks({ kind: 'put', item })}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function TaskTable({
  tasks,
  people,
  isBusy,
  onEdit,
  onChange,
}: {
  readonly tasks: readonly Task[];
  readonly people: People;
  readonly isBusy: boolean;
  readonly onEdit: (task: Task) => void;
  readonly onChange: (change: Parameters<RecordActs['onTasks']>[0]) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const heads = (['text', 'state', 'owner', 'due', 'standing', 'acts'] as const).map((head) =>
    t(`case.tasks.${head}`),
  );
  const rows = tasks.map((task) => {
    const { id, text, state, owner, due, done } = task;
    const acts = (
      <>
        <Button
          className="button button-plain"
          isDisabled={isBusy}
          aria-label={t(done === null ? 'case.tasks.do.named' : 'case.tasks.undo.named', {
            name: text,
          })}
          onPress={() =>
            onChange({ kind: 'put', item: { ...task, done: done === null ? today() : null } })
          }
        >
          {t(done === null ? 'case.tasks.do' : 'case.tasks.undo')}
        </Button>
        <ItemActs
          name={text}
          isBusy={isBusy}
          onEdit={() => onEdit(task)}
          onRemove={() => onChange({ kind: 'remove', id })}
        />
      </>
    );
    const when = due === null ? '–' : formatUtcDay(language, due);
    const person = people.find(({ personId }) => personId === owner);
    const who = person === undefined ? '–' : plainName(t, person);
    return { key: id, cells: [text, state, who, when, standingWords(t, language, task), acts] };
  });
  return <RecordTable caption={t('case.tab.tasks')} heads={heads} rows={rows} />;
}

function standingWords(
  t: Messages,
  language: Parameters<typeof formatUtcDay>[0],
  { due, done }: Task,
): string {
  if (done !== null) return t('case.tasks.done', { when: formatUtcDay(language, done) });
  const isLate = due !== null && due < today();
  return t(isLate ? 'case.tasks.late' : 'case.tasks.open');
}
